"""Narrow translation between European languages: weekdays, dates, numbers, menus, signs, labels."""
import words as w
from task import Task, compact_json, family, options

WEEKDAYS = {
    "English": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "German": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "French": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "Spanish": "lunes martes miércoles jueves viernes sábado domingo",
    "Italian": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "Dutch": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "Swedish": "måndag tisdag onsdag torsdag fredag lördag söndag", "Danish": "mandag tirsdag onsdag torsdag fredag lørdag søndag",
    "Polish": "poniedziałek wtorek środa czwartek piątek sobota niedziela",
}
WEEKDAYS = {language: names.split() for language, names in WEEKDAYS.items()}
DAY_LINES = {
    "English": ["Our shop is closed on {d}.", "The meeting with {p} is on "
                                              "{d}.", "See you on {d} in {c}!", "Next delivery: {d}, {n} boxes."],
    "German": ["Unser Laden ist am {d} geschlossen.", "Das Treffen mit {p} ist am {d}.", "Bis {d} in {c}!",
               "Nächste Lieferung: {d}, {n} Kisten."],
    "French": ["Notre magasin est fermé le {d}.", "La réunion avec {p} est {d}.", "À {d} à {c} !",
               "Prochaine livraison : {d}, {n} caisses."],
    "Spanish": ["Nuestra tienda cierra el {d}.", "La reunión con {p} es el {d}.", "¡Hasta el {d} en {c}!",
                "Próxima entrega: {d}, {n} cajas."],
    "Italian": ["Il nostro negozio è chiuso {d}.", "La riunione con {p} è {d}.", "A {d} a {c}!", "Prossima consegna: {d}, {n} casse."],
    "Dutch": ["Onze winkel is {d} gesloten.", "De vergadering met {p} is op {d}.", "Tot {d} in {c}!", "Volgende levering: {d}, {n} dozen."],
    "Swedish": ["Vår butik är stängd på {d}.", "Mötet med {p} är på {d}.", "Vi ses på {d} i {c}!", "Nästa leverans: {d}, {n} lådor."],
    "Danish": ["Vores butik er lukket {d}.", "Mødet med {p} er på {d}.", "Vi ses {d} i {c}!", "Næste levering: {d}, {n} kasser."],
    "Polish": ["Najbliższy wolny dzień: {d}.", "Spotkanie z {p}: {d}.", "Termin w {c}: {d}.", "Następna dostawa: {d}, {n} skrzynek."],
}


@family(area="search", theme="matching, transcripts and translation", difficulty="medium")
def weekday_in_other_language(r):
    """The weekday of a sentence in another language, or as a number."""
    source = r.choice(list(WEEKDAYS))
    target = r.choice([x for x in WEEKDAYS if x != source] + ["short", "number"])
    case, start = r.choice(["lower case", "capitals"]), r.choice(["Monday", "Sunday"])
    shift = r.choice([0, 0, 0, 1, -1])
    which = {0: "the weekday named", 1: "the day after the weekday named", -1: "the day before the weekday named"}[shift]
    form = {"short": f"the first two letters of its English name in {case}",
            "number": f"its number, {start} = 1"}.get(target, f"its {target} name in {case}")

    def pair(r):
        day = r.randrange(7)
        text = r.choice(DAY_LINES[source]).format(d=WEEKDAYS[source][day], p=w.person(r), c=w.city(r), n=r.randint(2, 90))
        text += r.choice(["", "", f" ({w.company(r)})", f" {w.phone(r)}"])
        day = (day + shift) % 7
        if target == "number":
            return text, str(day + 1 if start == "Monday" else (day + 1) % 7 + 1)
        name = WEEKDAYS["English"][day][:2] if target == "short" else WEEKDAYS[target][day]
        return text, name.upper() if case == "capitals" else name.lower()

    return Task(
        key=(source, target, shift, start if target == "number" else case), pair=pair,
        terse=[f"{source} text: find {which}, give {form}", f"{which} in the {source} line -> {form}"],
        casual=[f"the line is {source}. take {which} and give me {form}",
                f"i can't read {source}. what is {which}? return {form} and nothing else"],
        detailed=[f"The input is a sentence in {source} that contains the name of one weekday. Find {which} and return {form}.",
                  f"Read the weekday in a line written in {source}. The output concerns {which}: write {form}."])


MONTHS = {
    "German": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "French": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "Spanish": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
               "diciembre", "Italian": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "Dutch": "januari februari maart april mei juni juli augustus september oktober november "
             "december", "Swedish": "januari februari mars april maj juni juli augusti september oktober november december",
    "Portuguese": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}
MONTHS = {language: names.split() for language, names in MONTHS.items()}
DATE_LINES = {
    "German": ("{d}. {m} {y}", ["Lieferung am {x} an {p}", "Rechnung vom {x}, {n} Euro", "{c}, den {x}", "Gültig bis {x}, Nr. {n}"]),
    "French": ("{d} {m} {y}", ["Livraison le {x} chez {p}", "Facture du {x}, {n} euros", "{c}, le {x}", "Valable jusqu'au {x}, no {n}"]),
    "Spanish": ("{d} de {m} de {y}", ["Entrega el {x} a {p}", "Factura del {x}, {n} euros", "{c}, {x}", "Válido hasta el {x}, núm. {n}"]),
    "Italian": ("{d} {m} {y}", ["Consegna il {x} a {p}", "Fattura del {x}, {n} euro", "{c}, {x}", "Valido fino al {x}, n. {n}"]),
    "Dutch": ("{d} {m} {y}", ["Levering op {x} aan {p}", "Factuur van {x}, {n} euro", "{c}, {x}", "Geldig tot {x}, nr. {n}"]),
    "Swedish": ("{d} {m} {y}", ["Leverans den {x} till {p}", "Faktura från {x}, {n} kronor", "{c} den {x}", "Gäller till {x}, nr {n}"]),
    "Portuguese": ("{d} de {m} de {y}", ["Entrega em {x} a {p}", "Fatura de {x}, {n} euros", "{c}, {x}", "Válido até {x}, n.º {n}"]),
}


@family(area="search", theme="matching, transcripts and translation", difficulty="medium")
def foreign_date_to_format(r):
    """The date of a line in another language, in the format of the spec."""
    languages = r.sample(list(MONTHS), r.choice([1, 1, 2]))
    form = r.choice(["{y}-{m:02d}-{d:02d}", "{d:02d}/{m:02d}/{y}", "{m:02d}/{d:02d}/{y}", "{d} {name} {y}", "{y}{m:02d}{d:02d}",
                     "{d}.{m}.{y}", "{name} {d}, {y}"])
    shown = form
    for part, name in (("{y}", "YYYY"), ("{m:02d}", "MM"), ("{d:02d}", "DD"), ("{d}", "D"), ("{m}", "M"), ("{name}", "English month")):
        shown = shown.replace(part, name)
    named = options(languages)

    def pair(r):
        language = r.choice(languages)
        y, m, d = w.date(r, 1998, 2030)
        style, lines = DATE_LINES[language]
        date = style.format(d=d, m=MONTHS[language][m - 1], y=y)
        text = r.choice(lines).format(x=date, p=w.person(r), c=w.city(r), n=r.randint(12, 950))
        return text, form.format(y=y, m=m, d=d, name=w.MONTHS[m - 1])

    return Task(
        key=(sorted(languages), form), pair=pair,
        terse=[f"date in a {named} line -> {shown}",
               f"{named} text: output its date as {shown}", f"find the date ({named}), write {shown}"],
        casual=[f"there is one date in this {named} line. rewrite it as {shown}",
                f"give me only the date as {shown}; the text is in {named}"],
        detailed=[f"The input is a line in {named} with one date whose month is written as a word. Return the date as {shown} and nothing "
                  f"else.", f"Read the {named} month name and convert the date to {shown}. Other numbers in the line are not part of the "
                            f"date."])


def german(n):
    units = """null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn
achtzehn neunzehn""".split()
    if n < 20:
        return "eins" if n == 1 else units[n]
    tens = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig".split()[n // 10 - 2]
    return units[n % 10] + "und" + tens if n % 10 else tens


def french(n):
    units = """zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit
dix-neuf""".split()
    if n < 20:
        return units[n]
    if n < 60 or 60 <= n < 70:
        tens = "vingt trente quarante cinquante soixante".split()[n // 10 - 2]
        return tens if n % 10 == 0 else tens + (" et un" if n % 10 == 1 else "-" + units[n % 10])
    if n < 80:
        return "soixante et onze" if n == 71 else "soixante-" + units[n - 60]
    return "quatre-vingts" if n == 80 else "quatre-vingt-" + units[n - 80]


def spanish(n):
    small = """cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete
dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve""".split()
    if n < 30:
        return small[n]
    tens = "treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()[n // 10 - 3]
    return tens + (" y " + small[n % 10] if n % 10 else "")


def italian(n):
    units = """zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici
diciassette diciotto diciannove""".split()
    if n < 20:
        return units[n]
    tens = "venti trenta quaranta cinquanta sessanta settanta ottanta novanta".split()[n // 10 - 2]
    unit = n % 10
    return tens if not unit else (tens[:-1] if unit in (1, 8) else tens) + ("tré" if unit == 3 else units[unit])


def dutch(n):
    units = """nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien
achttien negentien""".split()
    if n < 20:
        return units[n]
    tens = "twintig dertig veertig vijftig zestig zeventig tachtig negentig".split()[n // 10 - 2]
    return tens if n % 10 == 0 else units[n % 10] + ("ën" if n % 10 in (2, 3) else "en") + tens


NUMBERS = {"German": (german, "{} Kisten nach {c}", "Zimmer {}, Herr {l}"),
           "French": (french, "{} caisses pour {c}", "chambre {}, monsieur {l}"),
           "Spanish": (spanish, "{} cajas para {c}", "habitación {}, señor {l}"),
           "Italian": (italian, "{} casse per {c}", "camera {}, signor {l}"), "Dutch": (dutch, "{} dozen naar {c}", "kamer {}, meneer {l}")}


@family(area="search", theme="matching, transcripts and translation", difficulty="hard")
def foreign_number_words(r):
    """A number written as words in another language, in digits, perhaps after a small sum."""
    language = r.choice(list(NUMBERS))
    add = r.choice([0, 0, 0, 1, 5, 10])
    form = r.choice(["{}", "{:03d}", "#{}", "n={}", "({})"])
    shown = {"{}": "plain digits", "{:03d}": "three digits with leading zeros", "#{}": "# and the digits", "n={}": "n= and the digits",
             "({})": "digits in parentheses"}[form]
    extra = f", plus {add}" if add else ""
    what = f"the number{extra}, as {shown}"
    write, *lines = NUMBERS[language]

    def pair(r):
        number = r.randint(2, 99)
        forms = lines if number % 10 != 1 and r.random() < 0.4 else ["{}: {p}", "{p} ({}) {c}", "{c} - {} - {p}", "{p}, {c}: {}"]
        text = r.choice(forms).format(write(number), c=w.city(r), l=w.last(r), p=w.person(r))
        return text, form.format(number + add)

    return Task(
        key=(language, add, form), pair=pair,
        terse=[f"{language} number word in the line -> {what}", f"read the {language} number word; output {what}"],
        casual=[f"the line contains a number spelled out in {language}. give me {what}",
                f"what number is that in {language}? return {what}"],
        detailed=[f"The input holds one number from 2 to 99 written in {language} words. Return {what}.",
                  f"Convert a {language} number word to digits; the other words of the line do not matter. Output {what}."])


MENU = {  # English, German, French, Spanish, Italian
    "soup": "Suppe soupe sopa zuppa", "salad": "Salat salade ensalada insalata", "cake": "Kuchen gâteau pastel torta",
    "bread": "Brot pain pan pane", "omelette": "Omelett omelette tortilla frittata", "pasta": "Nudeln pâtes pasta pasta",
}
MENU_PARTS = {
    "chicken": "Huhn poulet pollo pollo", "fish": "Fisch poisson pescado pesce", "ham": "Schinken jambon jamón prosciutto",
    "cheese": "Käse fromage queso formaggio", "mushrooms": "Pilzen champignons champiñones "
                                                           "funghi", "onions": "Zwiebeln oignons cebollas cipolle",
    "garlic": "Knoblauch ail ajo aglio", "tomatoes": "Tomaten tomates tomates pomodori",
    "potatoes": "Kartoffeln pommes-de-terre patatas "
                "patate", "rice": "Reis riz arroz riso", "lemon": "Zitrone citron limón limone",
                "strawberries": "Erdbeeren fraises fresas fragole",
    "apples": "Äpfeln pommes manzanas mele", "butter": "Butter beurre mantequilla burro", "eggs": "Eiern œufs huevos uova",
    "walnuts": "Walnüssen noix nueces noci", "spinach": "Spinat épinards espinacas spinaci", "beans": "Bohnen haricots judías fagioli",
}
LEFT_OUT = ["chicken", "fish", "ham", "cheese", "garlic", "rice", "lemon", "butter", "spinach"]
JOIN = {"German": ("mit", "und", "ohne"), "French": ("avec", "et", "sans"), "Spanish": ("con", "y", "sin"),
        "Italian": ("con", "e", "senza")}


@family(area="search", theme="matching, transcripts and translation", difficulty="hard")
def menu_line_to_english(r):
    """A menu line in English, or one fact about it."""
    language = r.choice(list(JOIN))
    at = list(JOIN).index(language)
    ask = r.choice(["line", "line", "with", "without", "json"])
    nothing, case = r.choice(["none", "(nothing)", "-", "n/a"]), r.choice(["lower case", "capitals"])
    what = {"line": f"the line in English without the price, {case}",
            "with": f"in English, {case}, the ingredients it contains, joined with commas and no "
                    f"blanks", "without": f"in English, {case}, the ingredient it comes without, or {nothing}",
            "json": "compact JSON with dish (English, lower case) and price (number)"}[ask]
    plus, land, without = JOIN[language]

    def pair(r):
        dish, parts = r.choice(list(MENU)), r.sample(list(MENU_PARTS), r.choice([1, 2]))
        out = r.choice([x for x in LEFT_OUT if x not in parts]) if r.random() < (0.82 if ask == "without" else 0.35) else None
        price = r.randint(4, 29)
        foreign = lambda x: MENU_PARTS[x].split()[at].replace("-", " ")
        text = f"{MENU[dish].split()[at]} {plus} {f' {land} '.join(map(foreign, parts))}" + (f", {without} {foreign(out)}" if out else "")
        english = f"{dish} with {' and '.join(parts)}" + (f", without {out}" if out else "")
        answer = {"line": english, "with": ",".join(parts), "without": out or nothing,
                  "json": compact_json({"dish": dish, "price": price})}[ask]
        text = f"{text[0].upper()}{text[1:]} {r.choice(['-', '...', ':'])} {price} €"
        text += r.choice(["", f" ({w.city(r)})", f" ({w.last(r)})"]) if ask != "line" else ""
        return text, answer.upper() if case == "capitals" and ask != "json" and answer != nothing else answer

    return Task(
        key=(language, ask, nothing if ask == "without" else "", case if ask != "json" else ""), pair=pair,
        kind="json" if ask == "json" else "text",
        terse=[f"{language} menu line -> {what}", f"translate from {language}: {what}"],
        casual=[f"a line of a {language} menu. i need {what}", f"my {language} is bad, please give me {what}"],
        detailed=[f"The input is one line of a {language} menu: dish, ingredients and price. Return {what}. Translate word by word and "
                  f"keep the order.", f"Read a dish on a {language} menu card. Output {what}. Use the usual English words for the food "
                                      f"and keep the order and the number (plural) of the words."])


SIGNS = {
    "exit": ["Exit", "Ausgang", "Sortie", "Salida", "Uscita", "Uitgang", "Utgång"],
    "entrance": ["Entrance", "Eingang", "Entrée", "Entrada", "Ingresso", "Ingang", "Ingång"],
    "open": ["Open", "Geöffnet", "Ouvert", "Abierto", "Aperto", "Geopend", "Öppet"],
    "closed": ["Closed", "Geschlossen", "Fermé", "Cerrado", "Chiuso", "Gesloten", "Stängt"],
    "no_smoking": ["No smoking", "Rauchen verboten", "Défense de fumer", "Prohibido fumar", "Vietato fumare", "Verboden te roken",
                   "Rökning förbjuden"], "push": ["Push", "Drücken", "Poussez", "Empujar", "Spingere", "Duwen", "Tryck"],
    "pull": ["Pull", "Ziehen", "Tirez", "Tirar", "Tirare", "Trekken", "Drag"],
    "free_entry": ["Free admission", "Eintritt frei", "Entrée gratuite", "Entrada gratuita", "Ingresso gratuito", "Gratis toegang",
                   "Fri entré"],
    "danger": ["Danger", "Gefahr", "Danger", "Peligro", "Pericolo", "Gevaar", "Fara"],
    "pharmacy": ["Pharmacy", "Apotheke", "Pharmacie", "Farmacia", "Farmacia", "Apotheek", "Apotek"],
}


@family(area="search", theme="matching, transcripts and translation", difficulty="easy")
def meaning_of_public_sign(r):
    """What a public sign in some language means."""
    left_out = r.choice(["free_entry", "entrance"])
    kinds = r.sample([k for k in SIGNS if k != left_out], r.choice([3, 4]))
    style = r.choice([str, str.upper, str.capitalize])
    other = style(r.choice(["other", "else", "unknown"]))
    labels = tuple(style(k) for k in kinds)
    spots = ["sign at the {n} in {c}: {x}", "{x} ({b}, {c})", "door of {b}: '{x}'", "{c} station, board {k}: {x}", "photo {k}, {c}: {x}",
             "{x} - seen in {c} by {f}"]

    def pair(r):
        kind = r.choice(kinds if r.random() < 0.83 else [k for k in SIGNS if k not in kinds and k != left_out])
        text = r.choice(SIGNS[kind])
        text = r.choice(spots).format(x=r.choice([text, text, text.upper()]), n=r.choice(w.NOUNS), c=w.city(r), b=w.company(r),
                                      k=r.randint(1, 40), f=w.first(r))
        return text, labels[kinds.index(kind)] if kind in kinds else other

    return Task(
        key=(labels, other), labels=labels + (other,), pair=pair,
        terse=[f"sign in any European language -> meaning: {options(labels)}; {other} if none of these",
               f"what does the sign say: {options(labels)}, or {other}?"],
        casual=[f"the words on a sign may be in any language, tell me what it means: {options(labels)}, and {other} for everything else",
                f"translate the sign into one of {', '.join(labels)}; if it says something different, {other}"],
        detailed=[f"The input describes a public sign whose text is in some European language. Return its meaning as one label: "
                  f"{options(labels)}. If it means something else, return {other}.",
                  f"Classify a sign by what it tells people. Labels are {', '.join(labels)} and {other} for all other meanings. Place and "
                  f"company names do not matter."])


HUES = {"red": "rot rouge rojo rosso rood", "blue": "blau bleu azul blu blauw", "green": "grün vert verde verde groen",
        "yellow": "gelb jaune amarillo giallo geel", "black": "schwarz noir negro nero zwart", "white": "weiß blanc blanco bianco wit",
        "gray": "grau gris gris grigio grijs", "brown": "braun marron marrón marrone bruin", "pink": "rosa rose rosa rosa roze"}
GARMENTS = {"coat": "Mantel manteau abrigo cappotto jas", "hat": "Hut chapeau sombrero cappello hoed",
            "sweater": "Pullover pull jersey maglione trui", "belt": "Gürtel ceinture cinturón cintura riem",
            "glove": "Handschuh gant guante guanto handschoen",
            "shoe": "Schuh chaussure zapato scarpa schoen", "umbrella": "Regenschirm parapluie paraguas ombrello paraplu",
            "suitcase": "Koffer valise maleta valigia koffer"}
LABEL_LANGUAGES = ["German", "French", "Spanish", "Italian", "Dutch"]


@family(area="search", theme="matching, transcripts and translation", difficulty="medium")
def foreign_label_field(r):
    """Colour, article or size of a clothes label in another language."""
    language = r.choice(LABEL_LANGUAGES)
    at, ask = LABEL_LANGUAGES.index(language), r.choice(["color", "article", "both", "both json"])
    gap, case = r.choice(["; ", " | ", " / ", ", "]), r.choice([str.lower, str.upper, str.capitalize])
    cased = {str.lower: "in lower case", str.upper: "in capitals", str.capitalize: "with a capital first letter"}[case]
    what = {"color": f"the color in English, {cased}", "article": f"the article in English, {cased}",
            "both": f"color and article in English, {cased}, like {case('red')} {case('coat')}",
            "both json": "compact JSON with item and color in English lower case"}[ask]

    def pair(r):
        hue, item = r.choice(list(HUES)), r.choice(list(GARMENTS))
        fields = [GARMENTS[item].split()[at], HUES[hue].split()[at], r.choice(["S", "M", "L", "XL", "38", "42"]), f"{r.randint(9, 250)} €",
                  w.company(r)]
        if r.random() < 0.6:
            fields = fields[2:] + fields[:2]
        if r.random() < 0.5:
            fields.append(f"no. {r.randint(100, 9999)}")
        answer = {"color": case(hue), "article": case(item), "both": f"{case(hue)} {case(item)}",
                  "both json": compact_json({"item": item, "color": hue})}[ask]
        return gap.join(fields), answer

    return Task(
        key=(language, ask, gap, cased if ask != "both json" else ""), pair=pair, kind="json" if ask == "both json" else "text",
        terse=[f"{language} clothes label -> {what}", f"from a {language} clothes label return {what}"],
        casual=[f"here's a clothes label in {language}. i want {what}", f"read the {language} label for me and answer with {what}"],
        detailed=[f"The input is the label of an article of clothing or luggage, in {language}, with fields separated by '{gap.strip()}'. "
                  f"Return {what}.", f"A {language} label lists article, color, size, price and maker in varying order. Translate and "
                                     f"output {what}."])
