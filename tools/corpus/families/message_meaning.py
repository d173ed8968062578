"""Core text classification by meaning: sentiment, emotion, topic, intent, speech act, opinion and replies."""
import words as w
from task import Task, dressed_labels, family, options
from templates import SLOTS, by_class, filler

FOODS = """bread broccoli butter cabbage cheese chicken chocolate corn couscous garlic ginger hummus lettuce mango melon pasta pork
pumpkin rice salad salmon soup spinach tofu tuna yogurt lamb honey leek fennel celery rhubarb quinoa barley feta""".split()
NOUNS = """basket bicycle blanket bottle bucket camera candle chair clock coat collar compass cushion curtain drawer drill envelope
filter flag folder fork guitar hammer handle helmet hinge hose jacket jar kettle keyboard knife ladder lamp lantern laptop lens lock
mattress mirror motor mug notebook oven pan pillow pipe printer radio rope ruler scarf shelf shovel sink sofa spoon stove tablet
teapot tent towel tray umbrella valve vase wallet washer window wrench zipper""".split()
STYLES = [str.lower, str.upper, str.capitalize, str.title, lambda text: text.lower().replace(" ", "_"),
          lambda text: text.upper().replace(" ", "_"),
          lambda text: text.lower().replace(" ", "-")]
fill = filler(SLOTS | {
    "thing": w.thing, "n": lambda r: str(r.randint(2, 40)), "noun": lambda r: r.choice(NOUNS), "food": lambda r: r.choice(FOODS),
    "clock": lambda r: f"{r.randint(1, 11)}:{r.choice('0134')}5",
    "room": lambda r: r.choice("kitchen,bedroom,office,living room,hallway,bathroom,garage,cellar,attic,guest room".split(",")),
}, capital=True)


def drawn(r, classes, low, high, others=()):
    """Some classes: their keys, labels in one style, the label of everything else (or None), and the list as a wording shows it."""
    keys = r.sample(list(classes), r.randint(low, min(high, len(classes))))
    names = [r.choice(key.split("/")) for key in keys]
    rest = r.choice(others) if others and r.random() < 0.5 else None
    if r.random() < 0.2:
        codes = r.choice(["ABCDEFGH", "12345678", [f"C{n}" for n in range(1, 9)], [f"cat{n}" for n in range(1, 9)]])
        labels = list(codes[:len(keys)])
        shown = ", ".join(f"{label} = {name}" for label, name in zip(labels, names)) + (f", {rest} = anything else" if rest else "")
    else:
        style = r.choice(STYLES)
        labels, rest = [style(name) for name in names], style(rest) if rest else None
        shown = ", ".join(labels) + (f", {rest} (anything else)" if rest else "") if rest else options(labels)
    return keys, labels, rest, shown


def from_classes(classes, keys, labels, rest, before=()):
    """The pair function: a template of a drawn class (or of another one, for the rest), after a neutral sentence now and then."""
    outside = [key for key in classes if key not in keys]

    def pair(r):
        other = rest and r.random() < 1 / (len(keys) + 1)
        at = r.randrange(len(keys))
        text = fill(r, r.choice(classes[r.choice(outside) if other else keys[at]]))
        if before and r.random() < 0.5:
            text = f"{fill(r, r.choice(before))} {text}"
        return text, rest if other else labels[at]
    return pair


REVIEWS = by_class("""positive: I love this {product}, it does exactly what it should. | No complaints at all, my {product} from {company}
is perfect. | Best {product} I have had in {n} years. | I was afraid the {product} would break, but {n} weeks later it is still perfect. |
Worth every cent, I would buy the {product} again tomorrow. | {first} and I are delighted with the {product}. | Never had a better
{product}. | The {product} exceeded all our expectations. | The cheap price worried me, yet this {product} is wonderful. | Great quality,
and {company} delivered the {product} a day early. | I cannot recommend this {product} enough. | Not a single problem with the {product}
in {n} months, really happy. | Fantastic {product}, even {first} was impressed. | What a lovely {product}, sturdy and easy to use. | My
old one was awful, but this {product} is a joy to use. | Thank you {company}, the {product} is superb.

negative: I wanted to love this {product}, but it stopped working after {n} days. | The {product} is a waste of money. | Worst {product} I
have had in {n} years. | Cheap, ugly and already broken: do not buy this {product}. | {first} and I are very disappointed with the
{product}. | The {product} from {company} is nothing like the great pictures. | I would never buy this {product} again. | The {product}
broke twice in {n} days and {company} ignores my messages. | Terrible quality, I sent the {product} back. | I regret ordering the
{product}. | My last one was great, but this {product} is awful. | Everybody praised the {product}, I think it is rubbish. | Not worth the
price at all, the {product} fell apart. | The {product} was dirty, scratched and useless. | Save your money, this {product} fails all the
time. | Horrible {product}, even {first} could not get it to work.

neutral: The {product} came in a {color} box on {weekday}. | I ordered the {product} from {company} in {month}. | The {product} weighs
about {n} kilos. | {first} uses the {product} in {city}. | The {product} has {n} parts and a {color} cover. | I have owned the {product}
for {n} days and have not used it yet. | This is the {product} that {company} sells in {city}. | The {product} is for {first}, who starts
to use it in {month}. | The {product} is {n} centimetres wide and comes with a manual. | We replaced the old {product} with this one in
{month}. | The {product} was shipped from {country}. | The manual of the {product} has {n} pages. | The {product} is available in {color}
and in black. | On {weekday} the courier handed the {product} to {first}. | The {product} is made by {company} in {country}.

mixed: The {product} looks beautiful, but it broke after {n} days. | I love the {color} colour, yet the {product} is badly made. |
{company} delivered fast, sadly the {product} itself is awful. | Great price, terrible quality: that is this {product}. | The {product}
works wonderfully, but the support of {company} was horrible. | Excellent material and a beautiful pattern, though the handle of the
{product} is a disaster. | {first} adores the {product}, I hate it. | The first {n} days with the {product} were wonderful, after that it
kept failing. | Horrible packaging, but the {product} inside is superb. | Setting up the {product} was a nightmare, using it is a
pleasure. | The {product} is well made and comfortable; the smell is disgusting. | Good {product}, bad manual: I love the one and curse
the other. | The {product} is excellent for small jobs and useless for big ones. | The upper half of the {product} is great, the lower
half is badly made. | I am happy with the {product} and furious about the delivery, which took {n} weeks.""")


@family(area="core", theme="core text classification", difficulty="easy")
def sentiment_of_review(r):
    """The tone of a product review."""
    keys = r.choice([("positive", "negative"), ("positive", "negative", "neutral"), ("positive", "negative", "mixed"),
                     ("positive", "negative", "neutral", "mixed")])
    style = r.choice(STYLES)
    names = {"positive": "POS", "negative": "NEG", "neutral": "NEU", "mixed": "MIX"}
    short = r.random() < 0.3
    dress = r.choice(["{}", "{}", "{}", "[{}]", "#{}", "label={}", "<{}>"])
    labels = [dress.format(names[key] if short else style(key)) for key in keys]
    told = [f"{label} ({meaning})" if key in ("neutral", "mixed") else label for key, label, meaning in zip(
        keys, labels, ["good", "bad"] + ["plain facts" if key == "neutral" else "praise and blame" for key in keys[2:]])]
    shown = options(told)
    before = ["Bought for {first}.", "Order from {month}.", "Used in our {room}.", "Ordered by {person}.", "Written after {n} days."]
    return Task(
        key=tuple(labels), labels=tuple(labels), pair=from_classes(REVIEWS, keys, labels, None, before),
        terse=[f"sentiment of the review: {shown}", f"{shown} - how does the reviewer feel?"],
        casual=[f"read the product review and tell me its tone, one of {shown}", f"is this review {shown}? just the label please"],
        detailed=[f"Classify the sentiment of a customer's product review as {shown}. Return only the label, spelled as given here.",
                  f"The input is a short product review. Judge what the writer thinks of the purchase and answer with exactly one label: "
                  f"{shown}."])


EMOTIONS = by_class("""joy/happiness: I got the job in {city}, I cannot stop smiling! | We are having the most wonderful day with {first} in
{city}. | Our baby was born on {weekday} and we are over the moon! | I am so happy, {first} is finally coming home from {city}. | Best
birthday ever, {first} even baked a cake for me! | Yay, we won the match in {city}! | {first} said yes, I could dance all night! | What a
delight to see {first} laughing again. | I am thrilled, my {product} design won first prize! | Singing in the {room} all morning, life is
great. | My heart is full of happiness, the whole family is in {city} again. | I am delighted with the new {product}, it makes me smile
every day. | Holidays in {country} start on {weekday}, woohoo! | I could hug the whole world today, I passed the exam in {city}! | Such a
cheerful evening with {first} and {first}, we laughed for hours.

anger/rage: I am furious, {first} broke my {product} on purpose! | How dare {company} charge me twice for the {product}! | I am sick of
{first} yelling at me, I could scream. | This is outrageous, {company} lied to me again! | {first} stole my {food} and laughed, I am
boiling with anger. | Stop parking in front of my {noun}, you make me so mad! | I slammed the door, {first} had betrayed me and I was
seething. | It makes my blood boil how {company} treats its workers. | I am so angry with {first} that I threw the {product} away. |
Unbelievable, {company} ignored {n} calls, I am livid! | I hate being cheated, and {company} cheated me with the {product}! | {first}
insulted my mother and I am fuming. | They cancelled my train to {city} again, I am absolutely enraged! | I yelled at {first} because I
was mad with rage. | That reckless driver from {city} made me so angry I hit the wheel.

sadness/sorrow: I cried all night after {first} moved to {city}. | My heart is broken, {first} left me. | Our old dog died on {weekday}
and the house feels so empty. | I miss {first} so much that I weep every evening. | The funeral of {first} was in {city}, we all cried. |
I feel so lonely since {first} is gone. | Tears ran down my face when I packed the {product} of my late father. | I am down and hopeless,
nobody called me in {month}. | Grandma passed away in {month}, I am heartbroken. | It hurts to walk past the {room} where {first} used to
sit, I miss those days. | We lost our home in {city}, and I cannot stop crying. | I am mourning my friend {first}. | The farewell in
{city} left me in tears, I will never see {first} again. | Since the divorce I sit alone in the {room} and cry. | {first} looked at the
old photos from {city} and sobbed.

fear/anxiety: I am terrified, somebody is walking in the {room}! | My hands shake whenever I think of the operation in {city}. | I am
scared of flying to {city}. | Help, I hear steps behind me in {city} and I am so afraid! | I dare not open the door of the {room},
something is moving inside. | {first} is hiding under the bed, trembling with fear. | I am frightened that the storm will reach {city}
tonight. | What if the tumour is back? I am panicking. | I cannot sleep, I am afraid that {first} had an accident. | The growling dog near
the {noun} terrifies me. | My heart pounds in terror each time the {room} light goes out. | I am anxious about the exam in {city}, I fear
I will fail. | The dark {room} scares {first} to death. | We fled from the fire in {city}, shaking with fear. | I dread the night, the
noises in the {room} frighten me.

surprise/astonishment: Wow, I did not expect to meet {first} in {city} at all! | What, {first} can speak {n} languages? I had no idea! | I
never would have guessed that {first} owns {company}! | My jaw dropped when {first} walked into the {room} unannounced. | Out of the blue,
{first} called me from {city}, I was stunned. | I am amazed, who would have thought that the {product} was {n} years old? | Oh, you are
{first}? I imagined somebody quite different! | Astonishing: the {noun} had been in the {room} all the time! | I could not believe my
eyes, there was a {color} elephant balloon in the {room}! | Nobody saw that coming, {company} moved to {city} overnight! | To my
astonishment {first} knew every street of {city}. | Wait, {first} and {first} are twins? That is unexpected! | I blinked twice: {n}
letters from {city} in one day, I had never expected that. | I am speechless, I had no clue that {first} was planning this in {city}. |
Huh, the {product} was under the sofa, that is the last place I expected!

disgust/revulsion: Yuck, there is mould all over the {food}! | The smell in the {room} makes me want to vomit. | Ugh, {first} found a hair
in the {food}, so gross. | The toilet of the hotel in {city} was filthy, I felt sick. | The rotten {food} in the bag was revolting. | Ew,
a cockroach crawled over my {food}. | I gagged when I opened the {product}, it was full of slime. | It is nauseating how {first} spits on
the {room} floor. | That greasy, stinking {product} repels me. | The {food} tasted of vomit, absolutely disgusting. | Bleh, somebody left
dirty nappies in the {room}. | My stomach turned at the sight of maggots in the {food}. | {first} licked the dirty {noun}, how repulsive!
| The sink in {city} was full of slimy hair, yuck. | I cannot touch that sticky, foul {noun}, it is gross.

boredom: Nothing to do in {city} again, I am yawning all day. | This lecture by {first} is so dull that I count the tiles. | Another grey
{weekday}, same old routine, so tedious. | I am bored to death in this {room}. | {n} hours of waiting with nothing to read, what a bore. |
The meeting with {company} dragged on and on, I nearly fell asleep. | I keep watching the clock in the {room}, time just does not pass. |
{first} told the same dull story {n} times, I yawned. | The film about {city} is so monotonous that I dozed off. | Sorting {n} screws by
size is the dullest job there is. | Meh, nothing ever happens in {city}. | The talk on the {product} was so boring that half the room
left. | There is nothing on TV and {first} is away, I am so bored. | Stuck in the {room} with nothing to do, staring at the wall. | The
book about {country} is tedious, I skip page after page.""")


@family(area="core", theme="core text classification", difficulty="medium")
def emotion_of_message(r):
    """The emotion that a message shows, of those listed."""
    keys, labels, _, shown = drawn(r, EMOTIONS, 3, 6)
    return Task(
        key=tuple(zip(keys, labels)), labels=tuple(labels), pair=from_classes(EMOTIONS, keys, labels, None, ["Hi {first}.",
        "{weekday}, {clock}.", "Diary, {weekday} in {month}.", "@{first}"]),
        terse=[f"emotion of the message: {shown}", f"main feeling -> {shown}"],
        casual=[f"what emotion does the writer show? pick one: {shown}",
                f"tag the chat message with the feeling in it ({shown}), label only"],
        detailed=[f"Decide which emotion a short personal message expresses. The possible answers are {shown}. Return only the answer.",
                  f"Each input is a message or diary line with one dominant feeling. Name that feeling with one of these labels and "
                  f"nothing else: {shown}."])


HEADLINES = by_class("""sports/sport: {city} beats {city} {n}-1 in cup final | Striker {person} signs with {city} club | Goalkeeper {person}
out for {n} weeks after match injury | {city} to host the {country} athletics championships | Coach {person} resigns after {n} defeats in
a row | {person} wins marathon in {city} | {country} qualifies for the football World Cup | Tennis star {person} reaches semi-final in
{city} | Swimmer {person} breaks national record in {city} | Basketball team of {city} loses by {n} points | Referee {person} suspended
after derby in {city} | {first} leads {country} to Olympic gold in rowing | Cyclist {person} takes third stage win in {country} | Rugby:
{country} crushes {country} | Hockey league of {country} adds {n} teams

health/medicine: New flu vaccine reaches clinics in {city} | Doctors in {city} warn of rising measles cases | Hospital in {city} opens
{n}-bed cancer ward | Study with {n} patients: walking lowers blood pressure | Nurses in {country} urge parents to vaccinate children |
Surgeon {person} performs first double hand transplant in {city} | Hospitals in {city} treat {n} patients with malaria | Diabetes cases
double in {country} | Doctor {person} explains how to treat migraine | Allergy season starts early, clinics in {city} full | Pharmacies in
{city} run out of antibiotics | Heart disease kills fewer people in {country}, doctors say | {n} patients recover after new asthma therapy
| Dentists in {city} find more tooth decay | Mental illness: {country} trains {n} thousand more therapists

technology/tech: {company} unveils folding smartphone | Software bug locks {n} thousand users out of {company} app | Hackers steal
passwords from {company} servers | Start-up in {city} builds faster computer chip | {company} releases update for its web browser |
Engineer {person} teaches robots to sort parcels | New laptop by {company} runs {n} hours on one battery | {country} switches on its 5G
network | Open-source database from {city} gets major release | {company} app now translates chat messages | Programmers in {city} write
AI that repairs code | Data centre of {company} in {city} goes online | {person} on how quantum computers encrypt data | Cyber attack
takes down websites in {country} | Wearable by {company} gets voice control chip

finance/economy: Shares of {company} fall {n} percent | Central bank of {country} raises interest rates | {company} reports record
quarterly profit | Inflation in {country} drops to lowest level in {n} years | Investors in {city} sell bonds | {company} cuts dividend
after weak earnings | Unemployment rises in {country}, economists say | Stock exchange in {city} closes higher | Exports from {country}
shrink for third quarter | {company} files for bankruptcy | Currency of {country} loses {n} percent against the dollar | Bank in {city}
writes off {n} million in bad loans | Economist {person} expects recession in {country} | Investor {person} buys stake in {company} |
Price of gold climbs {n} percent on {city} exchange

weather: Heavy snow closes roads around {city} | Storm with gusts of {n} knots heads for {city} | Heatwave: {city} expects {n} degrees |
Sunny weekend ahead for {country}, rain from Monday | Fog covers {city} for third day | Forecast: thunderstorms and hail in {city} tonight
| Frost warning for northern {country} | Cold front brings {n} millimetres of rain to {city} | {month} was the wettest in {country} since
records began | Hurricane weakens to tropical storm near {country} | Temperatures in {city} to drop below zero on {weekday} | Dry spell
continues, no rain in sight for {city} | Meteorologists expect a mild winter in {country} | Blizzard forecast for {city} on {weekday} |
Clouds and drizzle all week in {city}

politics/government: {country} elects {person} as president | Parliament of {country} votes on new constitution | Mayor {person} of {city}
will not run for re-election | Minister {person} resigns over secret letters | Opposition in {country} demands early election | {country}
and {country} sign treaty on borders | Senator {person} launches campaign in {city} | Prime minister of {country} reshuffles cabinet |
Voters in {city} reject referendum | Ambassador of {country} recalled | Coalition talks in {country} collapse | Party leader {person}
loses confidence vote | Protesters in {city} call on president to step down | Parliament speaker {person} suspends debate | {n} parties
register for election in {country}

food/cooking: {n} easy {food} recipes for the weekend | Chef {person} opens bistro in {city} | How to bake bread with a crisp crust |
Restaurant in {city} earns second star for its {food} | Why {first} adds lemon to every {food} dish | Street food at home: dumplings
filled with {food} | {food} soup in {n} minutes | Tasting menu of chef {person} features {food} | Bakery in {city} sells {n} kinds of cake
| Grandma {first} shares her secret {food} sauce | Cooking class: how to season {food} | Which cheese goes with {food}? | Vegan brunch:
pancakes with {food} | Recipe of the day: roasted {food} with garlic | Kitchen tips: keep {food} fresh for {n} days

travel/tourism: {n} things to see on a weekend trip to {city} | Tourists return to the beaches of {country} | New night train links {city}
and {city} for holidaymakers | Backpacking through {country} in {n} days | Hotel guide: where to stay in {city} | Cruise ships with {n}
thousand tourists arrive in {city} | Hidden villages of {country} worth a holiday | Packing list for a trip to {country} | Budget holiday:
{city} for {n} euros a night | Tour guide {person} shows visitors the old town of {city} | How to see {city} in two days | Best campsites
and hostels in {country} | Why tourists love the old harbour of {city} | City break in {city}: sights, hotels and tours | Road trip along
the coast of {country}""")


@family(area="core", theme="core text classification", difficulty="medium")
def headline_topic(r):
    """The section of a newspaper that a headline belongs to."""
    keys, labels, rest, shown = drawn(r, HEADLINES, 3, 5, ["other", "none", "misc"])
    return Task(
        key=(tuple(zip(keys, labels)), rest), labels=tuple(labels + [rest] * bool(rest)), pair=from_classes(HEADLINES, keys, labels, rest),
        terse=[f"topic of the headline: {shown}", f"headline -> section ({shown})"],
        casual=[f"which section does this headline belong to? choose from {shown}",
                f"sort the headline by subject. labels: {shown}. give me just the label"],
        detailed=[f"The input is a newspaper headline. Return the topic it is about, as one of: {shown}. Write the label exactly as "
                  f"listed.",
                  f"Assign each news headline to one section of the paper. Sections: {shown}. Answer with the section only."])


COMMANDS = by_class("""alarm/set alarm: wake me up at {clock} | set an alarm for {clock} on {weekday} | I have to be up by {clock}, ring me
| alarm at {clock} please | get me out of bed at {clock} tomorrow | change my alarm to {clock} | ring an alarm {n} minutes before {clock} |
cancel the {clock} alarm | make sure I am awake at {clock} | weekday alarm, {clock} | snooze the alarm for {n} minutes | turn off the
alarm on {weekday} | I need an alarm for my trip to {city}, {clock} | move the {weekday} alarm to {clock} | wake {first} and me at {clock}

music/play music: play something by {person} | put on the new album of {first} | I want to hear jazz in the {room} | next song please,
number {n} | start my {city} playlist | shuffle my {month} songs | play {n} songs from the eighties | turn the song up, it is by {first} |
can you play some music while I cook {food} | skip this track by {person} | I feel like listening to {first}'s album | repeat track {n} |
put on piano music in the {room} | play the radio hit by {first} | what is this song by {person} called, play it again

weather/ask weather: will it rain in {city} on {weekday} | how warm is it in {city} | do I need an umbrella in {city} today | is it going
to snow in {city} | what is the forecast for {city} | temperature in {city} on {weekday} | how windy will it be in {city} | is it sunny in
{country} in {month} | tell me if it freezes in {city} tonight | do I need a coat in {city} on {weekday} | what will the weather be like
in {city} | chance of rain in {city} at {clock} | how hot is {country} in {month} | is there a storm coming to {city} | weather for my
trip to {city} please

call/make call: call {first} | ring up {person} in {city} | I want to talk to {first} on the phone | dial the number of {company} | phone
{person} on the mobile | get {first} on the line | call my dentist in {city} | please connect me with {person} | start a video call with
{first} | call the office of {company} | redial {first} | give {first} a ring at {clock} | put me through to {company} | phone the
restaurant in {city} | call back {person}

navigation/directions: how do I get to {city} | take me to the station in {city} | directions to {company} in {city} | which way is the
{noun} shop | show the fastest route to {city} | drive me home from {city} | how far is it from {city} to {city} | find the way to
{first}'s house | avoid the motorway to {city} | guide me to the nearest petrol station in {city} | route to {city} without tolls | how
long is the drive to {city} | where do I turn off for {city} | walk me to the museum in {city} | navigate to {company}

shopping list/add to list: put {food} on the shopping list | we are out of {food}, add it to the list | add {n} packs of {food} to my
shopping list | I need to buy {food} and {food}, note it on the list | take {food} off the shopping list | what is on my shopping list
besides {food} | remind the list: {food} for {first} | shopping list: {food} | do I have {food} on the list | add batteries and a
{product} to the shopping list | write {food} on the grocery list | delete {food} from the grocery list | put {n} of the {color} candles
on the shopping list | grocery list, add {food} please | add {food} for the cake of {first} to the groceries

lights/control lights: turn on the lights in the {room} | it is too dark in the {room}, make it brighter | dim the {room} to {n} percent |
switch off the lamp in the {room} | make the {room} light {color} | lights out in the {room} | {room} lamp on | can you brighten the
{room} a bit | set the {room} lights to {color} | the lamp in the {room} is too bright | kill the lights in the {room} at {clock} | turn
every lamp in the {room} off | light up the {room} | all lights off except the {room} | dim the lamp next to the {noun}

reminder/set reminder: remind me to call {first} at {clock} | don't let me forget the meeting in {city} | remind me on {weekday} to buy
{food} | remind me to turn off the lights in the {room} | I must not forget to pay {company}, remind me | remind me to check the weather
in {city} | set a reminder for the birthday of {first} | make me remember to water the plants in the {room} | remind me {n} minutes before
the train to {city} | reminder: dentist in {city} on {weekday} | please remind me to play the song for {first} | remind {first} and me
about the {food} | give me a reminder to phone {company} | remind me at {clock} to set the alarm | new reminder: send the {product} back
to {company}""")


@family(area="core", theme="core text classification", difficulty="medium")
def assistant_command_intent(r):
    """What a spoken command asks a voice assistant to do."""
    keys, labels, rest, shown = drawn(r, COMMANDS, 3, 6, ["other", "unknown", "fallback"])
    spoken = r.random() < 0.5
    inner = from_classes(COMMANDS, keys, labels, rest)

    def pair(r):
        text, label = inner(r)
        text = text if not spoken else text.lower()
        if spoken or r.random() < 0.3:
            text = r.choice(["hey there, ", "ok so, ", "um, ", ""]) + text[0].lower() + text[1:]
        return text, label

    return Task(
        key=(tuple(zip(keys, labels)), rest), labels=tuple(labels + [rest] * bool(rest)), pair=pair,
        terse=[f"voice command -> intent: {shown}", f"intent ({shown}) of what the user says"],
        casual=[f"somebody talks to a voice assistant, what do they want? one of {shown}",
                f"map the spoken command onto an intent: {shown}"],
        detailed=[f"The input is a transcribed command to a home assistant. Choose the intent that the assistant has to carry out: "
                  f"{shown}. Reply with the intent only.",
                  f"Route a voice command to the right skill. The skills are {shown}. Mind what the user asks the assistant to do, not "
                  f"each word. Output one skill name."])


ACTS = by_class("""request: Could you send me the {product} by {weekday}? | Please move the {noun} to the {room}. | Would you mind helping
{first} with the {noun}? | Can you forward the letter from {company} to me? | I would be glad if you could call {first} back. | Kindly
return the {product} to our shop in {city}. | Please let {first} know about the meeting in {city}. | Could somebody repair the {noun} in
the {room}? | Would you please check order {n} for me? | Can you pass me the {noun}? | Please give {first} {n} copies. | Could you book a
table in {city} for me? | Send me the address of {company}, please. | Please remember to lock the {room}. | Would you water the plants in
the {room} for me?

promise: I will definitely send you the {product} by {weekday}. | You have my word, the {noun} will be fixed by {weekday}. | I promise to
call {first} tonight. | I swear I will pay back the {n} euros. | We guarantee that {first} gets the refund by {weekday}. | I give you my
word that I will help {first}. | You can count on me, I will be in {city} at {clock}. | I promise that this will not happen to {first}
again. | I solemnly pledge to bring the {noun} back. | I vow to finish the {room} before {month}. | Trust me, I will return the {product}
on {weekday}, I promise. | We commit to deliver the {product} within {n} days. | I will be there for {first}, that is a promise. | Word of
honour: {first} gets the {product} from me. | I promise to send {first} {n} pictures of {city}.

apology: I am so sorry that the {product} arrived late. | Please forgive me for missing the meeting in {city}. | We apologise for the {n}
days of delay. | My bad, I forgot to call {first}. | Sorry about the noise in the {room}. | I owe {first} an apology for yesterday. | I
regret that I shouted at {first}, please forgive me. | Sorry, that was my fault with the {noun}. | Our sincere apologies for the mix-up
with order {n}. | I beg your pardon for the mess in the {room}. | {company} is sorry for the trouble in {city}. | Forgive me, I broke the
{product}. | I should not have blamed {first}, I am sorry. | Apologies for the late reply, I was in {city}. | I am terribly sorry about
the {product}, {first}.

thanks/gratitude: Thank you so much for the {product}! | Many thanks for helping {first} in {city}. | I really appreciate your work on the
{noun}. | Thanks a lot for the {food}, {first}. | We are grateful to {company} for the fast delivery. | I cannot thank you enough for
fixing the {noun}. | Thanks to everybody who came to {city}. | Much obliged for the {n} letters. | Cheers for lending me the {product}, I
appreciate it. | Thank you, {first}, the {food} was delicious. | I am deeply grateful that you found my {noun}. | A big thank you to the
team in {city}! | Thanks for calling me back at {clock}. | I want to express my gratitude for your support in {month}. | Thank you for
choosing {company}.

greeting: Hello {first}, nice to see you! | Good morning {first}! | Hi everybody in {city}! | Good evening, ladies and gentlemen of
{company}. | Hey {first}, long time no see! | Welcome to {city}, {first}! | Hi there, {first}, how is it going? | Greetings from {city},
{first}! | Good afternoon, Ms {first}. | Hello and welcome to {company}! | Hey {first} and {first}! | Hiya {first}, how are you doing? |
Good day to you, {person}! | Hello team {city}! | Morning, {first}!

complaint: The {product} has been broken for {n} days and nobody cares. | I have waited {n} hours in {city}, this is unacceptable. | The
{room} is dirty again, that is not what I paid for. | This is the third time {company} sends the wrong {product}. | Nobody answers the
phone at {company}, that is a disgrace. | The noise from the {room} is unbearable, it keeps me awake. | Your service in {city} is getting
worse and worse. | My {food} was cold and the waiter was rude. | I am not satisfied with the {product}, the lid does not close. | The
{noun} I got is scratched, that is poor quality. | It is outrageous that {company} charges {n} euros for this. | The heating in the {room}
still does not work, I have had enough. | The delivery to {city} was late again, that is really bad service. | {first} was rude to me at
the desk in {city}, I am not happy about it. | I paid {n} euros for a {color} {noun} that fell apart at once.

offer: Shall I carry the {noun} to the {room} for you? | Would you like some {food}? | I can drive {first} to {city} if you want. | Can I
get you some {food}? | If you like, I will show you {city}. | Let me help you with the {noun}. | Do you want me to call {company} for you?
| You may borrow my {product} if you need it. | I could look after the {noun} while you are away. | May I offer you {n} percent off the
{product}? | Need a hand with the {noun}? I am free at {clock}. | Would you like me to book a room in {city} for you? | Feel free to use
my {product} this weekend. | How about I cook {food} for you on {weekday}? | I have a spare {product}, you can have it.""")


@family(area="core", theme="core text classification", difficulty="medium")
def speech_act_of_message(r):
    """What a sentence does: it asks, promises, thanks ..."""
    keys, labels, _, shown = drawn(r, ACTS, 3, 6)
    return Task(
        key=tuple(zip(keys, labels)), labels=tuple(labels), pair=from_classes(ACTS, keys, labels, None),
        terse=[f"speech act: {shown}", f"what does the speaker do? {shown}"],
        casual=[f"label what the message does, choose from {shown}",
                f"is somebody making a request, thanking, or what? answer with one of {shown}"],
        detailed=[f"Classify the function of a chat sentence. Pick one of these speech acts: {shown}. Only the label is returned.",
                  f"For each message decide what its writer is doing with it. The allowed answers are {shown}; give exactly one of them."])


OPINIONS = by_class("""fact: {city} is {n} kilometres from the border. | The {noun} was sold for {n} euros. | {person} was born in {city}. |
The train to {city} leaves at {clock}. | {company} has {n} offices. | The {product} weighs {n} kilos. | {first} visited {country} in
{month}. | The museum in {city} is closed on {weekday}. | The {room} has {n} windows. | {company} was founded in {city}. | The {product}
comes in {color}. | It rained in {city} on {weekday}. | {first} bought a {product} in {month}. | The recipe needs {n} grams of {food}. |
{person} works for {company}. | The bridge in {city} opened {n} years ago. | {first} said that the {noun} is in the {room}. | The sign in
{city} is {color}.

opinion: {city} is the most beautiful city of all. | The {noun} is far too expensive, if you ask me. | I think {person} should be
president. | The train to {city} is awful. | {company} makes the best {product} in the world. | The {product} looks silly. | Nobody should
ever visit {country} in {month}. | The museum in {city} is boring. | {color} is a lovely colour for a {room}. | In my view {company} is
overrated. | The {product} is a wonderful gift. | {weekday} is the worst day of the week. | {food} tastes terrible. | {first} is nicer
than {first}. | I believe {company} treats people unfairly. | The bridge in {city} is an ugly thing. | It is a shame that {first} sold the
{noun}. | A {color} {noun} would look better in the {room}.""")


@family(area="core", theme="core text classification", difficulty="easy")
def fact_or_opinion(r):
    """Does a sentence state something that can be checked, or a judgement?"""
    fact, opinion = dressed_labels(r, [("fact", "opinion"), ("objective", "subjective"), ("FACT", "OPINION"), ("checkable", "judgement"),
                                       ("OBJ", "SUBJ"), ("F", "O"), ("verifiable_fact", "personal_opinion"), ("no", "yes"), ("0", "1"),
                                       ("Objective", "Subjective"), ("report", "view"), ("neutral", "evaluative")])
    both = f"{fact} (can be checked) or {opinion} (a judgement or taste)"
    return Task(
        key=(fact, opinion), labels=(fact, opinion), pair=from_classes(OPINIONS, ["fact", "opinion"], [fact, opinion], None),
        terse=[f"sentence: {both}", f"{opinion} = opinion, {fact} = statement of fact, true or not"],
        casual=[f"does the sentence state a fact or an opinion? {fact} for a fact, {opinion} for an opinion",
                f"mark it {both}. whether the fact is true does not matter"],
        detailed=[f"Tell factual sentences from opinions. Return {fact} when the sentence could be verified, even if it may be false, and "
                  f"{opinion} when it expresses "
                  "a personal judgement, taste or belief about what is good or bad.",
                  f"The input is one sentence. If it is a plain statement about the world that somebody could look up or measure, answer "
                  f"{fact}; if it is a valuation "
                  f"by the writer, answer {opinion}."])


REPLIES = by_class("""yes/agreed/accept: Sure, count me in for {weekday}. | Absolutely, see you in {city}. | Of course I will, {first}. |
Why not, let's do it on {weekday}. | I would love to, {first}. | Yep, {clock} works for me. | Sounds great, I will bring the {food}. | With
pleasure, I will be there at {clock}. | No problem, I can do that by {weekday}. | Definitely, I would not miss {city} for the world. | You
bet, {first}! | Go ahead, take the {product}. | Fine by me, {weekday} it is. | Okay, deal, I will pick up {first}. | That suits me,
{first}. | Gladly, the {product} is all yours.

no/declined/refuse: Sorry, I can't make it on {weekday}. | No way, I am not going to {city}. | I'm afraid {weekday} is impossible for me.
| Thanks for asking, but I have to pass, I am in {city}. | Not a chance, {first}. | I would love to, but I am in {city} that day. | Nope,
{clock} does not work for me. | Absolutely not, the {product} stays here. | I'd rather not, {first}. | Count me out, I will be in {city}.
| Certainly not on a {weekday}. | Unfortunately I have to decline, {first} needs me at home. | Over my dead body, the {product} is mine. |
Never, I cannot stand {city}. | No, thank you, I do not eat {food}. | I must say no this time, {first}.

unclear/undecided/maybe: Maybe, I have to ask {first} first. | Not sure yet, I will tell you on {weekday}. | Let me check my calendar for
{weekday}. | It depends on whether {first} can come. | Perhaps, if I am back from {city}. | I will think about it until {weekday}. | Can I
get back to you at {clock}? | Hard to say, the trip to {city} is not fixed. | We will see, {first}. | No idea yet, ask me on {weekday}. |
Possibly, but I can't confirm before {weekday}. | I don't know, {first} has the keys. | Could be, I still wait for news from {city}. |
Fifty-fifty, it depends on {company}. | I might, if I finish the {noun} in time. | Give me until {weekday} to decide.""")


@family(area="core", theme="core text classification", difficulty="easy")
def reply_to_yes_no_question(r):
    """Does a reply mean yes, no or neither?"""
    keys, labels, _, shown = drawn(r, REPLIES, 3, 3)
    asked = r.random() < 0.4
    inner = from_classes(REPLIES, keys, labels, None, ["Hi {first}.", "{first} here.", "Thanks for your message, {first}.",
                                                       "Hello from {city}."])
    questions = ["Are you free on {weekday}?", "Will you help me with this?", "Do you want to join us?", "Can I count on you?",
                 "Shall we say {clock}?", "Is that okay?"]

    def pair(r):
        text, label = inner(r)
        return (f"Q: {fill(r, r.choice(questions))} A: {text}" if asked else text), label

    what = "a question and its answer (Q: ... A: ...)" if asked else "an answer to an invitation or request"
    return Task(
        key=(tuple(zip(keys, labels)), asked), labels=tuple(labels), pair=pair,
        terse=[f"{what}: {shown}", f"what does the answer mean: {shown}"],
        casual=[f"people reply in all kinds of words, boil it down to {shown}", f"here is {what}; which is it, {shown}?"],
        detailed=[f"The input is {what}. Reduce the answer to one of the labels {shown} and return that label alone.",
                  f"Normalise free-text replies. Whatever the wording, a reply becomes one of: {shown}. Polite words do not count, only "
                  f"what the person will do."])
