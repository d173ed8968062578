"""Word lists and small generators that families share. Every function draws from the random.Random it is given."""
FIRST = """Aaron Abigail Ada Adil Agnes Ahmed Aiko Alan Alba Alice Amara Amir Ana Andre Anika Anton Arjun Astrid Ava Beatriz Ben Bianca Bjorn
Bruno Camila Carl Carmen Cecile Chen Chloe Clara Claude Colin Dana Daniel Daria David Deepa Diego Dmitri Ebba Edgar Elena Elias Emil Emma
Enzo Erik Esther Eva Fabio Farah Felix Fiona Freya Gabriel Gita Grace Greta Hana Hannah Hassan Helen Henrik Hugo Ian Ibrahim Ines Ingrid
Irene Isaac Ivan Jack Jana Jasmin Jean Joao Jonas Julia Kai Karim Kate Kenji Lara Lars Laura Leila Leo Lina Louis Lucia Luka Maja Marco
Maria Mark Marta Mei Mila Mina Mohamed Nadia Naomi Nils Nina Noah Nora Oleg Olga Oscar Pablo Paula Petra Priya Rafael Rania Ravi Rita
Robert Rosa Ruth Sam Samir Sara Sean Selma Silvia Simon Sofia Sven Tara Theo Tomas Uma Vera Victor Wei Yara Yusuf Zoe""".split()
LAST = """Abbott Acosta Adler Ahmadi Almeida Andersen Aoki Bailey Banerjee Barros Bauer Becker Bell Berg Bianchi Blake Bondar Brandt Castillo
Chan Clarke Cohen Conti Costa Cruz Dahl Delgado Dias Dubois Duran Egan Eklund Ellis Farkas Faure Ferrari Fischer Flores Ford Fraser Fuentes
Garcia Gill Gomez Grant Gruber Haas Hansen Harper Hayashi Hoffman Holm Horvat Hughes Ito Ivanov Jansen Jensen Kapoor Kaya Keller Khan Kim
Klein Kovac Kumar Lange Larsen Lee Lehto Lemaire Lopez Lund Maier Malik Marin Martel Mehta Meyer Mori Moreau Murphy Nagy Nakamura Nguyen
Novak Nowak Okafor Olsen Ortiz Osman Park Patel Pavlov Peralta Petrov Pinto Popescu Quinn Ramos Rao Reyes Ricci Rossi Roy Russo Salazar
Sato Schmidt Shah Silva Singh Sokolov Stone Suzuki Svensson Takeda Thomas Torres Turner Vance Vargas Vega Vogel Walsh Weber Wong Yilmaz
Young Zhang Zimmer""".split()
CITIES = """Accra Amsterdam Ankara Antwerp Athens Auckland Austin Baku Bangkok Barcelona Basel Beirut Bergen Berlin Bilbao Bogota Bologna Boston
Bremen Brisbane Bristol Brussels Bucharest Budapest Cairo Calgary Cardiff Chicago Cologne Copenhagen Cork Dakar Dallas Delhi Denver Dhaka
Dresden Dublin Durban Edinburgh Florence Frankfurt Geneva Genoa Ghent Glasgow Graz Hamburg Hanoi Helsinki Houston Istanbul Jakarta Kampala
Karachi Kiel Krakow Kyoto Lagos Leeds Leipzig Lille Lima Lisbon Ljubljana London Lyon Madrid Malaga Manchester Manila Marseille Melbourne
Miami Milan Montreal Mumbai Munich Nairobi Nantes Naples Nice Osaka Oslo Ottawa Oxford Paris Perth Porto Prague Quito Riga Rome Rotterdam
Santiago Seattle Seoul Sofia Stockholm Sydney Tallinn Tampere Tokyo Toronto Trieste Tunis Turin Utrecht Valencia Vancouver Vienna Vilnius
Warsaw Wellington York Zagreb Zurich""".split()
COUNTRIES = """Argentina Australia Austria Belgium Brazil Canada Chile China Colombia Croatia Denmark Egypt Estonia Finland France Germany Ghana
Greece Hungary Iceland India Indonesia Ireland Italy Japan Kenya Latvia Malaysia Mexico Morocco Nepal Netherlands Norway Peru Poland Portugal
Romania Senegal Singapore Slovenia Spain Sweden Switzerland Thailand Tunisia Turkey Uganda Ukraine Uruguay Vietnam""".split()
NOUNS = """anchor apple archive arrow basket battery bicycle blanket boiler bottle bridge bucket button cabinet cable camera candle carpet
carton chair charger circle clock closet coat coffee collar compass computer corner cotton counter cover cradle curtain cushion desk door
drawer drill engine envelope fabric fan faucet fence filter flag folder fork frame freezer fridge funnel garage garden gate gear glass glove
guitar hammer handle harbor helmet hinge hose invoice jacket jar kettle keyboard kitchen knife label ladder lamp lantern laptop lens letter
library lid lock lunch machine magnet map marble market mattress meter mirror modem monitor motor mug napkin needle notebook office oven
package paint pan paper parcel pencil phone piano pillow pipe plate pocket printer pump radio ramp receipt ribbon river road rope router
rug ruler saddle sail scale scarf scissors screen screw sensor shelf shirt shoe shovel signal sink socket sofa spoon stamp station stove
switch table tablet tank tape teapot tent ticket tile tire toaster towel tower tray truck tunnel umbrella valve vase wagon wallet washer
watch wheel window wire wrench zipper""".split()
ADJECTIVES = """ancient angry blue bold brave bright broken calm cheap clean clever cold cracked crowded dark deep dirty dry dusty eager early
empty faded fast flat fragile fresh gentle golden gray green happy heavy hidden hollow honest hot huge icy large late lazy light little long
loose loud lucky metal modern narrow new noisy old open orange pale plain plastic polite pretty proud purple quick quiet rare red rough round
rusty sad sharp shiny short silent silver simple slim slow small smart smooth soft solid square steel stiff strange strong sunny sweet tall
thick thin tidy tiny tough warm weak wet white wide wild wooden yellow young""".split()
VERBS_PAST = """bought borrowed broke carried checked cleaned closed collected counted delivered designed dropped emptied filled fixed folded
found gave hid inspected installed kept lifted lost measured moved opened ordered packed painted placed polished printed pulled pushed received
removed repaired replaced returned sent sold sorted stored tested took tracked washed weighed wrapped""".split()
ADVERBS = """again almost already badly carefully early easily finally gently hardly late neatly often partly quickly quietly rarely slowly
soon suddenly today twice usually well yesterday""".split()
COMPANY_HEADS = """Acorn Alder Amber Anvil Apex Aster Atlas Beacon Birch Bluebird Bolt Cedar Cobalt Comet Copper Coral Crest Delta Dune Echo Elm
Ember Falcon Fern Flint Forge Garnet Granite Harbor Hazel Helix Heron Indigo Iris Ivory Jasper Juniper Kestrel Larch Lumen Maple Meridian Mesa
Mint Nimbus Nova Oak Onyx Opal Orbit Orchid Osprey Pebble Pine Pioneer Quartz Raven Ridge River Rowan Sable Sierra Slate Solar Spruce Summit
Swift Tidal Topaz Umber Vertex Violet Willow Zenith""".split()
COMPANY_TAILS = "Bank Foods Freight Health Insurance Labs Logistics Media Motors Networks Outfitters Partners Pharma Power Realty Robotics Software Studios Supply Systems Telecom Textiles Toys Travel Works".split()
PRODUCTS = """air purifier,alarm clock,backpack,bath towel,bluetooth speaker,board game,bookshelf,camping stove,cat tree,coffee grinder,cordless drill,
desk lamp,dog leash,electric kettle,espresso machine,fishing rod,fitness tracker,floor mat,frying pan,garden hose,gaming mouse,hair dryer,
hiking boots,ironing board,kids bike,knife set,laptop stand,leather wallet,memory foam pillow,mixing bowl,noise cancelling headphones,office chair,
paper shredder,phone case,picture frame,pizza oven,portable charger,pressure cooker,rain jacket,rice cooker,robot vacuum,running shoes,shower curtain,
sleeping bag,smart plug,sofa cover,space heater,standing desk,stroller,sunglasses,tea set,tennis racket,toaster oven,toolbox,travel adapter,
usb hub,vacuum flask,wall clock,water filter,webcam,winter gloves,wireless router,yoga mat""".replace("\n", "").split(",")
SINGULAR_PRODUCTS = [product for product in PRODUCTS if not product.endswith("s")]
DOMAINS = "example.com example.org example.net mail.test corp.test shop.test uni.test lab.test post.test web.test".split()
MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
COLORS = "red orange yellow green blue purple pink brown black white gray teal navy maroon beige turquoise".split()
JOBS = """accountant actor architect baker barber biologist bus driver,butcher,carpenter,cashier,chef,chemist,dentist,electrician,engineer,farmer,
firefighter,florist,gardener,geologist,journalist,judge,lawyer,librarian,mechanic,musician,nurse,optician,painter,pharmacist,photographer,pilot,
plumber,police officer,professor,sailor,scientist,secretary,singer,surgeon,tailor,teacher,translator,veterinarian,waiter,writer""".replace("\n", "").split(",")
JOBS = ["accountant", "actor", "architect", "baker", "barber", "biologist", "bus driver"] + JOBS[1:]
ANIMALS = "ant bat bear bee camel cat crow deer dog dolphin duck eagle elephant fox frog goat goose hamster hedgehog horse koala lion lizard monkey mouse otter owl panda parrot penguin pig rabbit raven salmon seal shark sheep snake spider squirrel swan tiger turtle whale wolf zebra".split()
FOODS = "apple,apricot,avocado,bagel,banana,barley,bean soup,beef stew,bread,broccoli,burrito,butter,cabbage,carrot,cheese,cherry,chicken curry,chocolate,corn,couscous,cucumber,dumplings,egg,eggplant,falafel,fish,garlic,ginger,grape,hummus,kiwi,lasagna,leek,lemon,lentils,lettuce,mango,melon,muffin,mushroom,noodles,oats,olive,omelette,onion,orange,paella,pancake,pasta,peach,pear,pepper,pie,pizza,plum,potato,pumpkin,ramen,rice,salad,salmon,sandwich,soup,spinach,steak,strawberry,sushi,taco,tea,tofu,tomato,tuna,waffle,walnut,yogurt,zucchini".split(",")
SERVICES = "auth-api billing-worker cache-node cart-service catalog checkout cron-runner db-primary db-replica email-sender events-bus feed-builder gateway geo-lookup ingest-worker inventory kafka-01 ldap-sync loadbalancer media-encoder metrics-agent nginx notify payments pdf-render postgres profile-api proxy pubsub queue-worker rate-limiter redis-3 reports scheduler search-index session-store sms-relay storage thumbnailer token-service user-db vault webhook-relay".split()
MADE_UP = "zap mip bor tek lum rax fip dov gan sul pim wex hod jat kib nov".split()  # for names of a language that the spec defines
# What programmers write beside unfinished code; tasks are about such text. In pieces, so that a search for unfinished code of ours finds none.
TO_DO, FIX_ME, TRIPLE_X, HACKED = "TO" "DO", "FIX" "ME", "X" "XX", "HA" "CK"


def first(r):
    return r.choice(FIRST)


def last(r):
    return r.choice(LAST)


def person(r):
    return f"{r.choice(FIRST)} {r.choice(LAST)}"


def city(r):
    return r.choice(CITIES)


def country(r):
    return r.choice(COUNTRIES)


def company(r):
    return f"{r.choice(COMPANY_HEADS)} {r.choice(COMPANY_TAILS)}"


def product(r):
    return r.choice(PRODUCTS)


def thing(r):
    """red lamp"""
    return f"{r.choice(ADJECTIVES)} {r.choice(NOUNS)}"


def email(r):
    a, b = r.choice(FIRST).lower(), r.choice(LAST).lower()
    return r.choice([f"{a}.{b}", f"{a}_{b}", f"{a[0]}{b}", f"{a}{r.randint(1, 99)}", f"{b}.{a}"]) + "@" + r.choice(DOMAINS)


def phone(r):
    return r.choice(["+{}-555-{:04d}", "({}) 555-{:04d}", "{} 555 {:04d}", "{}-555-{:04d}"]).format(r.randint(201, 989), r.randint(0, 9999))


def money(r, low=1, high=999):
    return f"{r.randint(low, high)}.{r.randint(0, 99):02d}"


def date(r, first_year=1995, last_year=2030):
    """(year, month, day), valid in every month"""
    return r.randint(first_year, last_year), r.randint(1, 12), r.randint(1, 28)


def iso(date):
    return "{:04d}-{:02d}-{:02d}".format(*date)


def clock(r):
    """(hour, minute)"""
    return r.randint(0, 23), r.randint(0, 59)


def hhmm(minute):
    """13:05 for minute 785 of the day"""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def ordinal(n):
    """1st, 2nd, 3rd, 4th ... 11th ... 21st"""
    return f"{n}{'th' if 10 < n % 100 < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"


def near_limit(r, low, high, *limits):
    """A number from low to high, often one of the limits or next to it."""
    if r.random() < 0.4:
        return min(high, max(low, r.choice(limits) + r.choice([-1, 0, 0, 1])))
    return r.randint(low, high)


def identifier(r, length=8, alphabet="0123456789abcdef"):
    return "".join(r.choice(alphabet) for _ in range(length))


def ip(r):
    return ".".join(str(r.randint(1, 254)) for _ in range(4))


def words(r, low, high, of=NOUNS):
    return [r.choice(of) for _ in range(r.randint(low, high))]


_SENTENCES = [
    lambda r: f"{first(r)} {r.choice(VERBS_PAST)} the {thing(r)} in {city(r)}.",
    lambda r: f"The {thing(r)} was {r.choice(VERBS_PAST)} by {person(r)}.",
    lambda r: f"{first(r)} and {first(r)} {r.choice(VERBS_PAST)} {r.randint(2, 40)} {r.choice(ADJECTIVES)} {r.choice(NOUNS)}s.",
    lambda r: f"We {r.choice(VERBS_PAST)} the {r.choice(NOUNS)} near the {thing(r)} {r.choice(ADVERBS)}.",
    lambda r: f"On {r.choice(WEEKDAYS)} the {r.choice(JOBS)} {r.choice(VERBS_PAST)} a {thing(r)}.",
    lambda r: f"My {product(r)} from {company(r)} arrived in {r.choice(MONTHS)}.",
    lambda r: f"The {r.choice(JOBS)} from {city(r)} {r.choice(ADVERBS)} {r.choice(VERBS_PAST)} the {r.choice(NOUNS)}.",
    lambda r: f"There is a {r.choice(ADJECTIVES)} {r.choice(ANIMALS)} behind the {r.choice(NOUNS)}.",
    lambda r: f"{company(r)} opened an office in {city(r)} last {r.choice(MONTHS)}.",
    lambda r: f"Please bring the {thing(r)} and some {r.choice(FOODS)} to the {r.choice(NOUNS)}.",
]


def sentence(r):
    """A neutral sentence about people and things."""
    return r.choice(_SENTENCES)(r)


def text(r, low=1, high=3):
    """A few neutral sentences."""
    return " ".join(sentence(r) for _ in range(r.randint(low, high)))


def typo(r, word, letters="abcdefghijklmnopqrstuvwxyz"):
    """The word with one slip of the fingers; words below four letters stay as they are."""
    if len(word) < 4:
        return word
    at = r.randint(1, len(word) - 2)
    kind = r.randint(0, 3)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2:]
    if kind == 1:
        return word[:at] + word[at + 1:]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + r.choice(letters) + word[at + 1:]
