"""Commands of developer tools: git, curl, docker, kubectl, jq, package managers and the environment."""
import words as w
from task import Task, family

THEME = "natural-language commands"
AREAS_OF_CODE = """login search checkout parser cache export import upload billing report profile settings menu queue logger router
config database mailer scheduler session payment cart inventory tracker editor player calendar gallery chat""".split()
IMAGES = ("nginx redis postgres:16 mysql:8 node:20 python:3.11 alpine busybox grafana rabbitmq mongo:7 httpd caddy traefik influxdb "
          "minio").split()


def slug(r):
    return [r.choice(w.ADJECTIVES), r.choice(AREAS_OF_CODE), r.choice(["fix", "cleanup", "page", "test", "bug", "speed", "docs",
                                                                       "layout"])][r.randint(0, 1):]


@family(area="code", theme=THEME, difficulty="medium")
def git_branch_command(r):
    """Create, switch, delete, merge and rename branches; names become kebab-case with a prefix."""
    prefix, join = r.choice(["", "feature/", "dev-", "wip/", "team/", "x-"]), r.choice("-_.")
    forms = {"create": r.choice(["git switch -c B", "git checkout -b B", "git branch B"]),
             "switch": r.choice(["git switch B", "git checkout B"]),
             "delete": r.choice(["git branch -d B", "git branch -D B", "git push origin :B"]),
             "merge": r.choice(["git merge B", "git merge --no-ff B", "git merge --squash B"])}
    table = ", ".join(f"{name} `{form}`" for name, form in forms.items())
    example = prefix + f"slow{join}login"

    def pair(r):
        kind, parts = r.choice(sorted(forms)), slug(r)
        text = {"create": ["start a new branch for {}", "create the branch {}", "I need a fresh branch called {}", "new branch: {}"],
                "switch": ["go to branch {}", "switch to {}", "take me to the {} branch", "change over to the existing branch {}"],
                "delete": ["delete the {} branch", "the branch {} can go away, remove it", "get rid of branch {}"],
                "merge": ["merge {} into this branch", "bring the changes of {} in here by merging",
                          "this branch needs {} merged in"]}[kind]
        return r.choice(text).format(" ".join(parts)), forms[kind].replace("B", prefix + join.join(parts))

    return Task(
        key=(prefix, join, forms), pair=pair,
        terse=[f"request -> {table}; B like {example} for \"slow login\"", f"git: {table}. branch B: \"slow login\" becomes {example}"],
        casual=[f"git command for this: {table}. B is the branch name, so slow login is {example}",
                f"turn it into git. commands: {table}; the words of the name are written like {example} (from slow login)"],
        detailed=[f"Translate the request about a branch into one git command: {table}. B is the branch name, made of the words in the "
                  f"request: \"slow login\" becomes {example}.",
                  f"Return the git command, one of {table}. Write the branch name B as {example} would be written for \"slow login\": "
                  f"words joined by '{join}'" + (f", with '{prefix}' in front." if prefix else ", nothing in front.")])


COMMIT_TYPES = [("fixed", ["fix", "bugfix", "F"]), ("added", ["feat", "new", "A"]), ("removed", ["chore", "drop", "R"]),
                ("renamed", ["refactor", "ref", "N"]),
                ("documented", ["docs", "doc", "D"]), ("tested", ["test", "qa", "T"]), ("updated", ["build", "bump", "U"]),
                ("simplified", ["style", "tidy", "S"])]


@family(area="code", theme=THEME, difficulty="medium")
def commit_title_from_sentence(r):
    """A commit title whose type comes from the verb and whose scope is the module."""
    chosen = r.sample(COMMIT_TYPES, r.randint(4, 5))
    types = {verb: r.choice(names) for verb, names in chosen}
    form = r.choice(["TYPE(SCOPE): THING", "[TYPE] SCOPE: THING", "SCOPE: TYPE THING", "TYPE/SCOPE - THING", "TYPE: THING (SCOPE)",
                     "SCOPE(TYPE): THING"])
    default = r.choice(["core", "all", "misc", "general", "repo"])
    table = ", ".join(f"{verb} {name}" for verb, name in types.items())

    def pair(r):
        verb, scope = r.choice(sorted(types)), r.choice(AREAS_OF_CODE) if r.random() < 0.8 else None
        thing = (f"{r.choice(w.ADJECTIVES)} {r.choice(w.NOUNS)} "
                 f"{r.choice(['counter', 'loop', 'form', 'handler', 'page', 'script', 'link', 'field'])}")
        who, when = r.choice(["I", "We", w.first(r)]), r.choice(["", " today", " this morning", f" on {r.choice(w.WEEKDAYS)}"])
        text = f"{who} {verb} the {thing} in the {scope} module{when}." if scope else f"{who} {verb} the {thing}{when}."
        if scope and r.random() < 0.4:
            text = f"In the {scope} module {who.replace('We', 'we')} {verb} the {thing}{when}."
        return text, form.replace("TYPE", types[verb]).replace("SCOPE", scope or default).replace("THING", thing)

    return Task(
        key=(types, form, default), pair=pair,
        terse=[f"sentence -> `{form}`; TYPE: {table}; SCOPE = module or {default}; THING without \"the\"",
               f"commit title `{form}`. verb to TYPE: {table}. no module: SCOPE {default}. THING: the object, no article"],
        casual=[f"make a commit title like {form}. type by verb: {table}. scope is the module, {default} if there's none. thing = what was "
                "changed, without the",
                f"what's the commit title? {form}, where the verb gives TYPE ({table}), the module is SCOPE (else {default}) and THING "
                "drops its \"the\""],
        detailed=[f"Write the commit title for the sentence in the form `{form}`. TYPE follows from the verb: {table}. SCOPE is the "
                  f"module's name, or {default} if no module is named. THING is what was changed, without \"the\". Names and dates are "
                  "left out.",
                  f"Return `{form}`: TYPE by the verb ({table}); SCOPE the module, {default} when the sentence names none; THING the "
                  "object without its article."])






@family(area="code", theme=THEME, difficulty="hard")
def curl_rest_command(r):
    """A curl command for a REST resource."""
    host = r.choice(["api.", "rest.", ""]) + r.choice(["shop", "uni", "lab", "corp", "post"])
    base = f"https://{host}.test/{r.choice(['v1', 'v2', 'api', 'api/v3'])}"
    silent, method_flag, body_flag = r.choice(["", "-s ", "-i "]), r.choice(["-X", "--request"]), r.choice(["-d", "--json"])
    plain_get = r.random() < 0.5
    create = f"curl {silent}{method_flag} POST {body_flag} '{{\"name\":\"NAME\"}}' {base}/THINGS"
    get = f"curl {silent}{base}/THINGS/ID" if plain_get else f"curl {silent}{method_flag} GET {base}/THINGS/ID"
    delete = f"curl {silent}{method_flag} DELETE {base}/THINGS/ID"

    def pair(r):
        thing, n = r.choice(["order", "user", "ticket", "product", "invoice", "device", "room", "course", "author", "coupon", "payment",
                             "report"]), r.randint(1, 9999)
        kind = r.randrange(3)
        if kind == 0:
            text = r.choice(["fetch {t} {n}", "show me {t} number {n}", "read the {t} with id {n}", "what does {t} {n} look like?"])
            return text.format(t=thing, n=n), get.replace("THINGS", thing + "s").replace("ID", str(n))
        if kind == 1:
            text = r.choice(["delete {t} {n}", "remove the {t} with id {n}", "{t} number {n} must be deleted", "please erase {t} {n}"])
            return text.format(t=thing, n=n), delete.replace("THINGS", thing + "s").replace("ID", str(n))
        name = w.thing(r)
        text = r.choice(["create a new {t} called {x}", "add one more {t} with the name {x}", "we need another {t}, named {x}"])
        return text.format(t=thing, x=name), create.replace("THINGS", thing + "s").replace("NAME", name)

    return Task(
        key=(base, silent, method_flag, body_flag, plain_get), pair=pair,
        terse=[f"read `{get}`; delete `{delete}`; create `{create}`", f"request -> `{get}` (read), `{delete}` (delete) or `{create}` "
                                                                      "(create)"],
        casual=[f"which curl? reading: {get}. deleting: {delete}. creating: {create}. THINGS is the plural",
                f"give me the curl line, THINGS in plural: {create} to create, {get} to read, {delete} to delete"],
        detailed=[f"Translate the request into a curl command. To read write `{get}`, to delete `{delete}`, to create `{create}`. THINGS "
                  "is the plural of the resource (add s); ID and NAME come from the request.",
                  f"The input asks for one call of our REST service. Answer with the matching line: read `{get}`; create `{create}`; "
                  f"delete `{delete}`. Put in the resource in plural, the id and the name."])


@family(area="code", theme=THEME, difficulty="medium")
def docker_run_command(r):
    """docker run with the options asked for, in a fixed order."""
    tool = r.choice(["docker", "podman", "nerdctl"])
    forms = {"background": r.choice(["-d", "--detach"]), "name N": r.choice(["--name N", "--name=N"]),
             "port A to B": r.choice(["-p A:B", "--publish A:B"]),
             "variable K=V": r.choice(["-e K=V", "--env K=V"]), "folder": r.choice(["-v DIR:/data", "-v DIR:/app", "-v DIR:/srv"])}
    order = r.sample(sorted(forms), r.randint(3, 4))
    remove = r.choice(["", " --rm", " -it", " --init"])
    table = ", ".join(f"{forms[name]} ({name})" for name in order)
    base = f"{tool} run{remove} OPTIONS IMAGE"

    def pair(r):
        image, d = r.choice(IMAGES), r.choice(["/srv", "/opt", "/home/ana", "/data"]) + "/" + r.choice(w.NOUNS)
        name, key = r.choice(w.NOUNS) + r.choice(["", str(r.randint(1, 9))]), r.choice(["MODE", "TZ", "LEVEL", "STAGE", "LANG", "ROLE"])
        value, a, b = r.choice(["dev", "prod", "utc", "debug", "test", "main", "eu"]), r.randint(1000,
            9999), r.choice([80, 443, 3000, 5432, 6379, 8080])
        phrases = {"background": r.choice(["in the background", "detached"]),
                   "name N": r.choice([f"name it {name}", f"call it {name}", f"named {name}"]),
                   "port A to B": r.choice([f"map port {a} to {b}", f"host port {a} to container port {b}"]),
                   "variable K=V": r.choice([f"set {key} to {value}", f"with {key}={value}"]),
                   "folder": r.choice([f"mount {d}", f"with the folder {d}"])}
        wanted = [option for option in order if r.random() < 0.5]
        text = ", ".join([r.choice(["run {}", "start {}", "launch a {} container", "I want {} running"]).format(image)]
                         + [phrases[option] for option in r.sample(wanted, len(wanted))])
        values = {"background": forms["background"], "name N": forms["name N"].replace("N", name),
                  "folder": forms["folder"].replace("DIR", d),
                  "port A to B": forms["port A to B"].replace("A", str(a)).replace("B", str(b)),
                  "variable K=V": forms["variable K=V"].replace("K=V", f"{key}={value}")}
        return text, " ".join([f"{tool} run{remove}"] + [values[option] for option in wanted] + [image])

    return Task(
        key=(tool, forms, order, remove), pair=pair,
        terse=[f"`{base}`; options if asked, in this order: {table}", f"request -> `{base}` with {table}, in that order"],
        casual=[f"write the {tool} command: {base}. options only when they ask, always in this order: {table}",
                f"{tool} run line please. shape: {base}. possible options, order fixed: {table}"],
        detailed=[f"Translate the request into `{base}`. The options that are asked for are written in this order, whatever the order in "
                  f"the text: {table}. If none is asked for, there are none.",
                  f"Return a {tool} command of the shape `{base}`. Every option that the user mentions appears once; the order is fixed: "
                  f"{table}."])


@family(area="code", theme=THEME, difficulty="medium")
def kubectl_command(r):
    """kubectl with a namespace that is left out where it is the default."""
    tool, default, lines = r.choice(["kubectl", "oc", "k"]), r.choice(["default", "main", "prod", "staging", "web"]), r.choice(["--tail=N",
        "--tail N"])
    flag = r.choice(["-n NS", "--namespace NS", "--namespace=NS"])
    at_end = r.random() < 0.5
    forms = {"list": "get KINDs", "remove": "delete KIND NAME", "describe": "describe KIND NAME", "logs": f"logs {lines} NAME",
             "scale": "scale deployment NAME --replicas=N", "restart": r.choice(["rollout restart deployment NAME",
                                                                                 "rollout restart deployment/NAME"])}
    chosen = r.sample(sorted(forms), r.choice([3, 4]))
    table = "; ".join(f"{name}: {forms[name]}" for name in chosen)
    place = "at the end" if at_end else f"right after {tool}"
    namespace = f"{flag} {place}, unless unstated or {default}"

    def pair(r):
        act, n = r.choice(chosen), r.randint(2, 99)
        kind = r.choice(["pod", "service", "job", "secret", "node", "configmap"])
        name = r.choice(w.SERVICES) + r.choice(["", f"-{r.randint(1, 20)}"])
        ns = r.choice([None, default, r.choice(["dev", "test", "infra", "data", "mail", "qa", "beta", "tools"]),
                       r.choice(["blue", "green", "eu", "us"])])
        text = {"list": ["list all {k}s", "show the {k}s", "which {k}s are there"],
                "remove": ["delete the {k} {m}", "remove {k} {m}", "get rid of the {k} {m}"],
                "describe": ["describe the {k} {m}", "details of {k} {m}"],
                "logs": ["last {n} log lines of {m}", "show me {n} lines of the log of {m}"],
                "scale": ["scale {m} to {n} replicas", "run {n} copies of {m}"],
                "restart": ["restart {m}", "bounce the deployment {m}"]}[act]
        text = r.choice(text).format(k=kind, m=name, n=n) + (r.choice([" in {}", " in the {} namespace", ", namespace {}"]).format(ns)
                                                             if ns else "")
        out = forms[act].replace("KIND", kind).replace("NAME", name).replace("N", str(n))
        space = flag.replace("NS", ns) if ns and ns != default else ""
        return text, " ".join(part for part in ([tool, out, space] if at_end else [tool, space, out]) if part)

    return Task(
        key=(tool, default, lines, flag, at_end, chosen, forms["restart"]), pair=pair,
        terse=[f"{tool} + {table}. {namespace}", f"after {tool}: {table}; {namespace}"],
        casual=[f"write it as a {tool} command: {table}. the namespace goes as {namespace}",
                f"{tool} please. after {tool}: {table}. add {namespace}"],
        detailed=[f"Translate the request into a {tool} command. After the word {tool} stands, by what is asked: {table}. KIND, NAME and "
                  f"the number N come from the text. The namespace is given as {namespace}.",
                  f"Return one {tool} command line ({table}). Add the namespace NS as {namespace}."])


FIELDS = "name price email id title weight date level score label stock rating phone country height price_net created_at unit_id".split()
TESTS = [("status", "open closed new done late active paused failed".split()), ("color", w.COLORS), ("city", w.CITIES), ("owner", w.FIRST),
         ("size", "small medium large tiny huge".split()), ("day", w.WEEKDAYS), ("country", w.COUNTRIES), ("animal", w.ANIMALS)]
ARRAYS = """orders items users tickets products rooms events books songs devices teams invoices tasks files servers courses flights
meetings letters drivers orchards lessons players printers hotels reports offers""".split()


@family(area="code", theme=THEME, difficulty="medium")
def jq_filter(r):
    """A jq filter for a request about an array."""
    space, root = r.choice([" ", ""]), r.choice([".", ".data.", ".result.", ".payload.", ".body.", ".response.", ".page.", ".reply.",
                                                 ".content."])
    bar, wrap = f"{space}|{space}", r.choice(["FILTER", "jq 'FILTER'", "jq -r 'FILTER'", "jq -c 'FILTER' in.json"])
    forms = {"of every": f"{root}ARRAY[].FIELD", "first": f"{root}ARRAY[0].FIELD", "last": f"{root}ARRAY[-1].FIELD",
             "number": f"{root}ARRAY{bar}length",
             "condition": f"{root}ARRAY[]{bar}select(.TEST{space}=={space}\"VALUE\"){bar}.FIELD"}
    left_out = r.choice(["first", "last"])
    kinds = [name for name in forms if name != left_out]
    shown = {"number": "how many", "condition": "where"}
    table = "; ".join(f"{shown.get(name, name)} `{forms[name]}`" for name in kinds)
    wrapped = "bare filter" if wrap == "FILTER" else f"as {wrap}"

    def pair(r):
        kind, array, field = r.choice(kinds + ["condition"]), r.choice(ARRAYS), r.choice(FIELDS)
        test, values = r.choice([entry for entry in TESTS if entry[0] != field])
        value = r.choice(values)
        text = {"of every": ["the {f} of every {o}", "each {o}'s {f}", "the {f} of all {a}"],
                "first": ["the {f} of the first {o}", "the first {o}'s {f}"],
                "last": ["the {f} of the last {o}", "the last {o}'s {f}"], "number": ["how many {a} there are", "the number of {a}",
                    "the count of {a}"],
                "condition": ["the {f} of {a} where {t} is {v}", "for {a} whose {t} is {v}, the {f}",
                              "{f} of every {o} with {t} {v}"]}[kind]
        lead = r.choice(["", "I need ", "please: ", "show me ", "we want to know ", f"{w.first(r)} wants ", f"{w.first(r)} asks for "])
        out = forms[kind].replace("ARRAY", array).replace("FIELD", field).replace("TEST", test).replace("VALUE", value)
        return lead + r.choice(text).format(f=field, o=array[:-1], a=array, t=test, v=value), wrap.replace("FILTER", out)

    return Task(
        key=(space, root, wrap, left_out), pair=pair,
        terse=[f"request -> jq, {wrapped}. {table}", f"jq ({wrapped}) for the question: {table}"],
        casual=[f"write the jq, {wrapped}. {table}. the array name is the plural, like orders",
                f"jq please ({wrapped}). {table}; copy field names and values as they are, arrays in plural"],
        detailed=[f"Translate the question about a JSON document into jq. Patterns: {table}. ARRAY is the plural noun, FIELD what is asked "
                  f"for; a condition has TEST and VALUE. Output: {wrapped}.",
                  f"Choose the jq pattern by what is asked: {table}. Fill in the array (plural), the fields and the value, and return it "
                  f"{wrapped}."])


@family(area="code", theme=THEME, difficulty="easy")
def install_package_command(r):
    """Install, remove and upgrade packages by a table of managers."""
    pools = [("Python", ["pip install", "uv pip install", "pipx install"], "==",
              "requests numpy flask pandas rich httpx pytest click scipy jinja2 pillow celery attrs fastapi tqdm black mypy".split()),
             ("Node", ["npm install", "yarn add", "pnpm add"], "@", "express react lodash axios vite eslint chalk zod svelte vue jest koa "
                                                                    "webpack dotenv commander rollup nodemon uuid".split()),
             ("Debian", ["apt install", "apt-get install", "apt install -y"], "=",
              "htop nginx curl git vim tmux jq ffmpeg tree rsync zip fish nmap cmake gdb redis wget sqlite3".split()),
             ("Rust", ["cargo add", "cargo install"], "@", "serde tokio rand clap regex anyhow rayon hyper chrono axum log syn itertools "
                                                           "uuid bytes image nom warp".split()),
             ("Ruby", ["gem install", "bundle add"], ":", "rails puma rspec sinatra rake nokogiri devise pry rubocop faker thor sidekiq "
                                                          "pundit dotenv rack slim haml guard".split())]
    chosen = r.sample(pools, 3)
    commands = {name: r.choice(forms) for name, forms, _, _ in chosen}
    latest = r.choice(["", "latest"])
    table = "; ".join(f"{name}: `{commands[name]} P{sep}V`" for name, _, sep, _ in chosen)
    rule = "no version: just P" if not latest else "no version: V is latest"

    def pair(r):
        name, _, sep, packages = r.choice(chosen)
        package = r.choice(packages)
        version = f"{r.randint(0, 9)}.{r.randint(0, 30)}" + r.choice(["", f".{r.randint(0, 9)}"]) if r.random() < 0.8 else None
        text = r.choice(["install {p}{v} for {n}", "I need {p}{v}, it is a {n} package", "add the {n} package {p}{v}",
                         "{n} project lacks {p}{v}, install it",
                         "get me {p}{v} ({n})"])
        asked = r.choice([" {}", " version {}", " in version {}", " v{}"]).format(version) if version else ""
        tail = sep + version if version else sep + latest if latest else ""
        return text.format(p=package, v=asked, n=name), f"{commands[name]} {package}{tail}"

    return Task(
        key=(commands, latest), pair=pair,
        terse=[f"package request -> {table}; {rule}", f"install command: {table}. {rule}"],
        casual=[f"how do I install that? {table}. P is the package, V the version, {rule}",
                f"give me the install line by ecosystem ({table}); {rule}"],
        detailed=[f"Translate the request into an install command. The ecosystem decides: {table}. P is the package and V the version "
                  f"without a leading v; {rule}.",
                  f"Return the command that installs the package P in version V: {table}. If the request has {rule}."])


@family(area="code", theme=THEME, difficulty="easy")
def environment_variable_command(r):
    """Set, unset or print an environment variable with a name in capitals."""
    shell, set_form, unset_form, show_form = r.choice([
        ("bash", "export KEY=VALUE", "unset KEY", "echo $KEY"), ("fish", "set -x KEY VALUE", "set -e KEY", "echo $KEY"),
        ("PowerShell", "$env:KEY = VALUE", "Remove-Item Env:KEY", "$env:KEY"), ("cmd", "set KEY=VALUE", "set KEY=", "echo %KEY%"),
        ("csh", "setenv KEY VALUE", "unsetenv KEY", "printenv KEY")])
    prefix, quote, always = r.choice(["", "APP_", "X_", "MY_", "SRV_", "CI_"]), r.choice("'\""), r.random() < 0.5
    example = f"{prefix}DB_HOST"
    always = always or shell == "PowerShell"
    rule = f"VALUE always in {quote} quotes" if always else f"VALUE in {quote} quotes only if it contains a blank"

    def pair(r):
        parts = [r.choice(["db", "mail", "cache", "log", "user", "proxy", "api", "data", "build", "queue"]),
                 r.choice(["host", "path", "level", "name", "mode", "key", "title", "folder", "owner", "region"])]
        key, kind = prefix + "_".join(parts).upper(), r.choice(["set", "set", "unset", "show"])
        name = " ".join(parts)
        if kind == "set":
            value = r.choice([w.thing(r), w.person(r), w.city(r).lower(), f"/srv/{r.choice(w.NOUNS)}", str(r.randint(1, 9999)),
                              r.choice(w.SERVICES)])
            written = f"{quote}{value}{quote}" if always or " " in value else value
            text = r.choice(["set the {n} to {v}", "the {n} should be {v}", "use {v} as {n}", "{n} becomes {v}"])
            return text.format(n=name, v=value), set_form.replace("KEY", key).replace("VALUE", written)
        text = ["unset the {n}", "forget the {n}", "the {n} should not be set any more"] if kind == "unset" else [
            "what is the {n}?", "print the {n}", "show me the current {n}"]
        lead = r.choice(["", "please ", "next, ", "and now ", f"{w.first(r)} asks: ", f"a question from {w.city(r)}: "])
        return lead + r.choice(text).format(n=name), (unset_form if kind == "unset" else show_form).replace("KEY", key)

    return Task(
        key=(shell, prefix, quote, always), pair=pair,
        terse=[f"{shell}: set `{set_form}`, unset `{unset_form}`, show `{show_form}`; \"db host\" is {example}; {rule}",
               f"request -> `{set_form}`, `{unset_form}` (unset) or `{show_form}` (print). KEY like {example} for db host. {rule}"],
        casual=[f"{shell} command for it: {set_form} to set, {unset_form} to unset, {show_form} to print. db host is called {example}; "
                f"{rule}",
                f"env vars in {shell}: {set_form} / {unset_form} / {show_form} for set, forget, print. names go like db host -> {example}. "
                f"{rule}"],
        detailed=[f"Translate the request into {shell}. Setting: `{set_form}`; removing: `{unset_form}`; printing: `{show_form}`. KEY is "
                  f"made of the two words of the name, e.g. {example} for \"db host\". {rule}.",
                  f"Return one {shell} line: `{set_form}` if a value is given, `{unset_form}` if the variable is to be removed, "
                  f"`{show_form}` if the user wants to see it. KEY: \"db host\" gives {example}. {rule}."])
