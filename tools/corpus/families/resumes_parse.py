"""Resumes: total years, employers, skills, degrees, contact data, screening by rules and sections."""
import re

import words as w
from task import Task, compact_json, evened, family, options

THEME = "filtering, diffs, cron and resumes"
SKILLS = """Python,Java,SQL,Excel,Docker,Git,Linux,Figma,Photoshop,Tableau,Kotlin,Rust,Go,TypeScript,React,Kubernetes,Terraform,SAP,
Jira,MATLAB,AutoCAD,Spanish,French,German,welding,bookkeeping,copywriting,negotiation,first aid,public speaking
""".replace("\n", "").split(",")
FIELDS = """Biology,Physics,Economics,History,Law,Mathematics,Chemistry,Design,Nursing,Geography,Linguistics,Computer Science,
Civil Engineering,Marketing""".replace("\n", "").split(",")
ROLES = """analyst,developer,designer,accountant,consultant,project manager,sales assistant,nurse,teacher,electrician,data scientist,
recruiter,technician,editor,chef,translator,architect,office manager,mechanic,tester""".replace("\n", "").split(",")
DEGREES = {"PhD": ["PhD in {}", "Ph.D., {}", "Doctorate in {}"], "Master": ["MSc {}", "Master of Arts in {}", "M.Sc. in {}"],
           "Bachelor": ["BSc {}", "Bachelor's degree in {}", "B.A. {}"],
           "School": ["High school diploma, {} club", "Secondary school, best in {}"]}


def jobs(r, count, end=2024, gaps=False):
    """(start, end, role, employer) from the latest to the first, without overlaps."""
    found, employers = [], []
    for _ in range(count):
        start = end - r.randint(1, 7)
        employer = w.company(r)
        while employer in employers:
            employer = w.company(r)
        employers.append(employer)
        found.append((start, end, r.choice(ROLES), employer))
        end = start - (r.randint(0, 3) if gaps else 0)
    return found


def job_line(layout, job):
    start, end, role, employer = job
    return layout.format(a=start, b=end, role=role, employer=employer, Role=role.capitalize())


LAYOUTS = ["{a}-{b} {Role}, {employer}", "{a} - {b}: {role} at {employer}", "{Role} | {employer} | {a}-{b}",
           "{employer} ({a} to {b}), {role}", "{a}/{b} {employer}: {role}", "{Role} at {employer}, {a}-{b}"]


def resume(r, lines):
    """The lines under a head, in blocks."""
    head = [w.person(r)] + ([w.email(r)] if r.random() < 0.5 else []) + ([w.city(r)] if r.random() < 0.4 else [])
    return "\n".join([r.choice([" | ", ", ", "\n"]).join(head)] + lines)


def schooling(r, kind=None):
    kind = kind or r.choice(list(DEGREES))
    place = f"University of {w.city(r)}" if kind != "School" else f"{w.city(r)} High School"
    return f"{r.choice(DEGREES[kind]).format(r.choice(FIELDS))}, {place}, {r.randint(1985, 1999)}"


@family(area="core", theme=THEME, difficulty="hard")
def years_of_experience(r):
    """Total years of work in a resume."""
    form, band = r.choice(["{n}", "{n} years", "{n}y", "exp={n}", "{n}+", "years: {n}", "{n} yrs"]), r.random() < 0.5
    low, high = r.choice([(3, 8), (5, 10), (2, 6), (4, 9), (5, 12)])
    labels = r.choice([("junior", "mid", "senior"), ("JUNIOR", "MID", "SENIOR"), ("L1", "L2", "L3"), ("entry", "experienced", "expert"),
                       ("1", "2", "3")])

    def pair(r):
        found = jobs(r, r.randint(1, 3), r.randint(2015, 2024), gaps=True)
        total = sum(end - start for start, end, _, _ in found)
        layout = r.choice(LAYOUTS)
        lines = [job_line(layout, job) for job in found] + [schooling(r)] * (r.random() < 0.5) + [f"Skills: "
            f"{', '.join(r.sample(SKILLS, 3))}"] * (r.random() < 0.5)
        return resume(r, lines), form.format(n=total) if not band else labels[(total > low) + (total > high)]

    shape = form.replace("{n}", "N")
    what = f"{labels[0]} up to {low} years, {labels[1]} up to {high}, {labels[2]} above" if band else f"'{shape}' with N the sum"
    return Task(
        key=(labels, low, high) if band else form, labels=labels if band else None, pair=evened(pair, labels, tries=15) if band else pair,
        terse=[f"add up the years of all jobs (end minus start): {what}", f"resume, total work years (each job end - start) -> {what}"],
        casual=[f"how many years has this person worked? per job end year minus start year, add them up; answer {what}",
                f"sum the job durations in the resume, gaps and schools don't count: {what}"],
        detailed=[f"The input is a resume. For each job subtract the start year from the end year and add the results. Answer {what}. "
                  f"Years of education are not counted.",
                  f"Compute the total work experience in years. A job from 2010 to 2014 counts 4. Gaps between jobs add nothing. Return "
                  f"{what}."])


@family(area="core", theme=THEME, difficulty="medium")
def employer_of_resume(r):
    """The latest, first or longest job of a resume."""
    which = r.choice(["latest", "first", "longest", "shortest"])
    form = r.choice(["{employer}", "{role}", "{role} at {employer}", "{employer}: {role}", "{employer} ({a}-{b})", "json",
                     "{role}, {employer}", "{employer} | {role}"])
    order = r.choice(["sorted", "mixed"])

    def pair(r):
        while True:
            found = jobs(r, r.randint(2, 3), r.randint(2015, 2024), gaps=True)
            spans = [end - start for start, end, _, _ in found]
            if len(set(spans)) == len(spans):
                break
        job = {"latest": found[0], "first": found[-1], "longest": found[spans.index(max(spans))],
               "shortest": found[spans.index(min(spans))]}[which]
        if order == "mixed":
            r.shuffle(found)
        layout = r.choice(LAYOUTS)
        lines = [job_line(layout, one) for one in found] + [schooling(r)] * (r.random() < 0.5)
        answer = compact_json({"employer": job[3], "role": job[2]}) if form == "json" else form.format(a=job[0], b=job[1], role=job[2],
            employer=job[3])
        return resume(r, lines), answer

    shape = {"json": 'compact JSON {"employer":...,"role":...}', "{role}": "the role alone", "{employer}": "the EMPLOYER alone"}.get(form,
        form)
    for key, said in (("{a}", "START"), ("{b}", "END"), ("{employer}", "EMPLOYER"), ("{role}", "role")):
        shape = shape.replace(key, said)
    case = ", role in lower case" if "role" in form or form == "json" else ""
    rule = {"latest": "with the latest years", "first": "with the earliest years", "longest": "that lasted most years",
            "shortest": "that lasted fewest years"}[which]
    return Task(
        key=(which, form, order), pair=pair, kind="json" if form == "json" else "text",
        terse=[f"resume: {which} job as {shape}{case}", f"the job {rule} -> {shape}{case}"],
        casual=[f"look for the job {rule} and write {shape}{case}",
                f"what was the {which} job of this person? answer {shape}{case}. the jobs may be in any order"],
        detailed=[f"The input is a resume with several jobs, not always in order. Find the {which} one, that is the job {rule}, and "
                  f"return it as {shape}{case}. Schools do not count.",
                  f"From the work history choose the job {rule}. Output format: {shape}{case}. Take the names as they are in the resume."])


@family(area="core", theme=THEME, difficulty="medium")
def required_skills_of_resume(r):
    """Which of the required skills a resume has or lacks."""
    needed = r.sample(SKILLS, r.randint(2, 4))
    missing, count = r.random() < 0.5, r.random() < 0.25
    join, joined = r.choice([(", ", "', '"), (",", "commas without blanks"), ("|", "'|'"), (" + ", "' + '"), (";", "';'")])
    none = r.choice(["none", "-", "NONE", "(nothing)", "n/a", "0"]) if not count else "0"

    def pair(r):
        has = r.sample(needed, r.choice([0, len(needed)] + list(range(1, len(needed))) * 3))
        skills = has + r.sample([skill for skill in SKILLS if skill not in needed], r.randint(2, 4))
        r.shuffle(skills)
        found = [skill for skill in needed if (skill in has) != missing]
        line = r.choice(["Skills: {}", "Knows {}", "SKILLS - {}", "Experienced with {}"]).format(r.choice([", ", " / "]).join(skills))
        lines = [line, job_line(r.choice(LAYOUTS), jobs(r, 1)[0])]
        r.shuffle(lines)
        return resume(r, lines), str(len(found)) if count else join.join(found) or none

    listed, what = ", ".join(needed), "missing" if missing else "present"
    answer = f"the number of the {what} ones" if count else f"the {what} ones in this order, joined by {joined}, or {none}"
    return Task(
        key=(tuple(needed), missing, count, join, none), pair=pair,
        terse=[f"required skills {listed}: {answer}", f"of {listed}, which are {what} in the resume? {answer}"],
        casual=[f"we need {listed}. tell me {answer} for this applicant", f"check the resume against this list: {listed}. output {answer}"],
        detailed=[f"The job asks for these skills: {listed}. Compare them with the resume and return {answer}. Other skills of the "
                  f"applicant are ignored.",
                  f"Match a resume with the required skills {listed}. A skill is present if the resume names it. Return {answer}."])


@family(area="core", theme=THEME, difficulty="medium")
def highest_degree(r):
    """The highest degree in a resume."""
    labels = r.choice([("PhD", "Master", "Bachelor", "School"), ("doctor", "master", "bachelor", "none"), ("3", "2", "1", "0"), ("D", "M",
        "B", "-"), ("PHD", "MASTERS", "BACHELORS", "NO DEGREE"),
                       ("doctorate", "postgraduate", "undergraduate", "school only"), ("L8", "L7", "L6", "L5")])
    with_field = r.random() < 0.5
    join = r.choice([" in ", ": ", "/", " - ", ", "])

    def pair(r):
        kinds = list(DEGREES)
        top = r.randrange(4)
        lower = [at for at in range(top + 1, 4) if r.random() < 0.6]
        fields = r.sample(FIELDS, len(lower) + 1)
        lines = []
        for at, field in zip([top] + lower, fields):
            place = f"University of {w.city(r)}" if at < 3 else w.city(r)
            lines.append(f"{r.choice(DEGREES[kinds[at]]).format(field)}, {place}, {2012 - 4 * at + r.randint(0, 3)}")
        r.shuffle(lines)
        lines.insert(r.randint(0, len(lines)), job_line(r.choice(LAYOUTS), jobs(r, 1)[0]))
        return resume(r, lines), labels[top] + (join + fields[0] if with_field and top < 3 else "")

    rules = f"doctorate {labels[0]}, master's {labels[1]}, bachelor's {labels[2]}, only school {labels[3]}"
    tail = f"; append '{join}' and the subject of the degree (not for {labels[3]})" if with_field else ""
    return Task(
        key=(labels, join if with_field else ""), labels=None if with_field else labels, pair=pair,
        terse=[f"highest degree in the resume: {rules}{tail}", f"top degree -> {rules}{tail}"],
        casual=[f"what is the best degree this person holds? {rules}{tail}",
                f"take the highest degree of the resume, not the latest line: {rules}{tail}"],
        detailed=[f"Find the highest academic degree in the resume and return {rules}{tail}. MSc, M.Sc. and Master of Arts are master's "
                  f"degrees, BSc and B.A. bachelor's.",
                  f"The education lines come in any order and among jobs. Report only the highest level reached: {rules}{tail}."])


@family(area="core", theme=THEME, difficulty="medium")
def contact_data_of_resume(r):
    """Name, mail, phone or city from the head of a resume."""
    keys = r.sample(["name", "email", "phone", "city", "title"], r.randint(1, 3))
    blank = r.choice(["null", "", "n/a", "-", "unknown", "none"])
    as_json = blank in ("null", "") or (len(keys) > 1 and r.random() < 0.5)
    join, joined = r.choice([(" | ", "' | '"), (";", "';'"), (", ", "', '"), (" / ", "' / '")])

    def pair(r):
        data = {"name": w.person(r), "email": w.email(r), "phone": w.phone(r), "city": w.city(r), "title": r.choice(ROLES)}
        for key in ("email", "phone", "city", "title"):
            if r.random() < 0.2:
                data[key] = None
        said = {"name": "{}", "email": r.choice(["{}", "Mail: {}", "E: {}"]), "phone": r.choice(["{}", "Phone: {}", "T: {}"]),
                "city": r.choice(["Lives in {}", "Address: {}", "Based in {}"]),
                "title": r.choice(["Profession: {}", "Title: {}", "Looking for work as {}"])}
        head = [said[key].format(value) for key, value in data.items() if value]
        rest = head[1:]
        r.shuffle(rest)
        start, end, role, employer = jobs(r, 1)[0]
        text = r.choice(["\n", "\n", " | ", " * "]).join(head[:1] + rest) + f"\n{start}-{end} {employer}, {role}"
        values = {key: data[key] if data[key] else None if blank == "null" else blank for key in keys}
        return text, compact_json(values) if as_json else join.join(str(value) for value in values.values())

    listed = ", ".join(keys)
    form = (f"compact JSON with the key{'s' * (len(keys) > 1)} {listed}" + (" in this order" if len(keys) > 1 else "") if as_json
            else listed + (f" in this order, joined by {joined}" if len(keys) > 1 else ""))
    gone = {"null": "null", "": "an empty string"}.get(blank, blank)
    titles = " (title = the stated profession)" if "title" in keys else ""
    return Task(
        key=(tuple(keys), blank, as_json, join if not as_json and len(keys) > 1 else ""), pair=pair, kind="json" if as_json else "text",
        terse=[f"resume head -> {form}{titles}; missing: {gone}", f"contact data as {form}; {gone} if absent{titles}"],
        casual=[f"pull {listed} of the applicant: {form}{titles}, use {gone} for what's missing",
                f"give me {form} from the resume{titles}. not there? {gone}"],
        detailed=[f"Extract the contact data of the applicant from the resume: {form}{titles}. Write {gone} for a value that is not "
                  f"given. The job line does not count.",
                  f"The lines at the top of a resume come in any order. Return {form}{titles}. Copy values exactly; put {gone} where the "
                  f"resume has none."])


@family(area="core", theme=THEME, difficulty="hard")
def screening_of_resume(r):
    """Does a resume meet the rules of the job?"""
    yes, no = r.choice([("INTERVIEW", "REJECT"), ("invite", "decline"), ("pass", "fail"), ("shortlist", "archive"), ("yes", "no"), ("1",
        "0")])
    years, skill, both = r.randint(3, 8), r.choice(SKILLS), r.random() < 0.7
    third = r.choice([None, "degree"])

    def pair(r):
        enough, knows, degree = (r.random() < (0.75 if both else 0.35) for _ in range(3))
        total = r.randint(years, years + 6) if enough else r.randint(1, years - 1)
        cut, end = r.randint(0, total - 1), r.randint(2016, 2024)
        spans = [(end - cut, end)] * (cut > 0) + [(end - total, end - cut)]
        skills = r.sample([one for one in SKILLS if one != skill], r.randint(2, 4)) + [skill] * knows
        r.shuffle(skills)
        layout = r.choice(LAYOUTS)
        lines = [job_line(layout, (a, b, r.choice(ROLES), w.company(r))) for a, b in spans] + [f"Skills: {', '.join(skills)}", schooling(r,
            r.choice(["PhD", "Master", "Bachelor"]) if degree else "School")]
        r.shuffle(lines)
        tests = [enough, knows] + [degree] * bool(third)
        return resume(r, lines), yes if (all(tests) if both else any(tests)) else no

    rules = [f"{years} or more years of work in total", f"the skill {skill}"] + ["a university degree"] * bool(third)
    rule = options(rules, "and" if both else "or")
    need = "all of these" if both else "at least one of these"
    return Task(
        key=(yes, no, years, skill, both, third), labels=(yes, no), pair=evened(pair, (yes, no), tries=15),
        terse=[f"{yes} if the resume shows {rule} (add up end - start years), else {no}",
               f"screen: {rule} -> {yes}, otherwise {no}; years = end minus start, summed"],
        casual=[f"should we see this person? needs {rule}. years are end minus start per job, added up. {yes} or {no}",
                f"{yes} when the applicant has {rule}, {no} when not. sum the job years as end - start"],
        detailed=[f"Screen the resume by {need}: {', '.join(rules)}. The years are the sum of end minus start year over all jobs. Return "
                  f"{yes} if {need} "
                  f"{'are' if both else 'is'} met, otherwise {no}.",
                  f"Return {yes} for a resume with {rule} and {no} for any other. Add the durations of the jobs, each counted as end year "
                  f"minus start year."])


SECTIONS = {
    "experience": lambda r: r.choice([job_line(r.choice(LAYOUTS), jobs(r, 1, r.randint(2005, 2024))[0]),
                                      f"Led a team of {r.randint(3, 30)} at {w.company(r)}",
                                      f"Worked as {r.choice(ROLES)} for {w.company(r)} in {w.city(r)}"]),
    "education": lambda r: schooling(r),
    "skills": lambda r: r.choice(["{}", "Good knowledge of {}", "Tools: {}", "Proficient in {}"]).format(", ".join(r.sample(SKILLS, 3))),
    "contact": lambda r: r.choice([w.email(r), f"Phone {w.phone(r)}", f"{r.randint(1, 99)} {r.choice(w.LAST)} Street, {w.city(r)}",
                                   f"{w.email(r)} | {w.phone(r)}"]),
    "references": lambda r: r.choice([f"Reference: {w.person(r)}, head of sales at {w.company(r)}",
                                      f"{w.person(r)} of {w.company(r)} will gladly recommend me",
                                      "References on request from " + w.person(r)]),
    "hobbies": lambda r: r.choice(["I like {} and {} in my free time", "Hobbies: {}, {}", "In my spare time: {} and {}"]).format(
        *r.sample("hiking,chess,photography,gardening,sailing,baking,cycling,choir singing,climbing,reading,painting,running".split(","),
                  2)) + r.choice(["", f" with friends from {w.city(r)}", f", mostly in {w.country(r)}"]),
}


@family(area="core", theme=THEME, difficulty="easy")
def section_of_resume_line(r):
    """The section of a resume that a single line belongs to."""
    keys = r.sample(list(SECTIONS), r.randint(3, 6))
    names = {"experience": ["experience", "work", "jobs"], "education": ["education", "studies", "school"], "skills": ["skills",
        "abilities", "know-how"], "contact": ["contact", "address", "reach"],
             "references": ["references", "referees", "recommendations"], "hobbies": ["hobbies", "interests", "leisure"]}
    style, at = r.choice([str.lower, str.upper, str.capitalize, lambda text: text[:3].upper()]), r.randrange(3)
    labels = [style(names[key][at]) for key in keys]
    shown = options(f"{label} ({key})" if label.lower() != key else label for key, label in zip(keys, labels))

    def pair(r):
        index = r.randrange(len(keys))
        return r.choice(["", "- ", "* ", "• "]) + re.sub(r"\s+", " ", SECTIONS[keys[index]](r)), labels[index]

    return Task(
        key=tuple(labels), labels=tuple(labels), pair=pair,
        terse=[f"section of the resume line: {shown}", f"resume line -> {shown}"],
        casual=[f"one line of a cv, which section is it from? {shown}", f"sort cv lines into {shown}; one label per line"],
        detailed=[f"Each input is a single line from a resume. Return the section in which it belongs: {shown}.",
                  f"For a resume parser, label the line with its section. Use exactly one of {shown} and add nothing."])
