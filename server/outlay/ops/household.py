"""What the demo household lives on: names, prices and rhythms. Data only; demo.py makes a book of it."""

from __future__ import annotations

from typing import Final, NamedTuple

# key, name, kind, currency, opening in minor units, icon
ACCOUNTS: Final = (
    ("checking", "Everyday account", "bank", "EUR", 421_250, "landmark"),
    ("cash", "Wallet", "cash", "EUR", 8_500, "wallet"),
    ("card", "Credit card", "card", "EUR", -21_480, "credit-card"),
    ("savings", "Rainy day savings", "savings", "EUR", 940_000, "piggy-bank"),
    ("holiday", "Holiday fund", "savings", "EUR", 118_000, "palmtree"),
    ("depot", "Index fund", "investment", "EUR", 1_260_000, "trending-up"),
    ("loan", "Car loan", "loan", "EUR", -846_000, "car"),
    ("dollars", "Dollar account", "bank", "USD", 31_500, "landmark"),
    ("pounds", "Pound notes", "cash", "GBP", 4_000, "wallet"),
    ("yen", "Yen purse", "cash", "JPY", 0, "wallet"),
)


class Bill(NamedTuple):
    """Money that goes out (or comes in) on a day of the month. months: empty means every month; grows: minor units
    added each year; spread: it differs by up to this much."""

    payee: str
    category: str
    amount_minor: int
    day: int
    account: str = "checking"
    months: tuple[int, ...] = ()
    grows: int = 0
    spread: int = 0
    tags: tuple[str, ...] = ()
    note: str | None = None


INCOME: Final = (
    Bill("Brightline Engineering", "salary", 318_500, 28, grows=9_500, note="Salary"),
    Bill("Harbour School District", "salary", 146_000, 15, grows=3_800, note="Salary, 60 %"),
    Bill(
        "Brightline Engineering", "salary.bonus", 265_000, 28, months=(11,), grows=15_000, note="13th month"
    ),
    Bill("Family Benefits Office", "benefits", 25_500, 8),
    Bill("Tax Office", "refund", 61_300, 19, months=(6,), spread=24_000, tags=("taxes",), note="Tax return"),
    Bill("Nordwind Energy", "refund", 7_400, 12, months=(3,), spread=5_000, note="Yearly statement"),
    Bill("Meridian Bank", "capital", 5_860, 30, "savings", months=(3, 6, 9, 12), grows=900, note="Interest"),
    Bill(
        "World Index Fund", "capital", 8_900, 20, "depot", months=(5, 11), spread=1_800, note="Distribution"
    ),
)

BILLS: Final = (
    Bill("Lindenhof Housing", "home.rent", 112_000, 1, grows=2_600, note="Rent with heating"),
    Bill("Nordwind Energy", "home.energy", 9_400, 4, grows=650),
    Bill("City Waterworks", "home.water", 8_850, 17, months=(2, 5, 8, 11), spread=900),
    Bill("Quickline Internet", "bills.phone", 3_999, 6),
    Bill("Talkmore Mobile", "bills.phone", 1_499, 9),
    Bill("Talkmore Mobile", "bills.phone", 999, 9, note="Sam"),
    Bill("Streamly", "bills.subscriptions", 1_299, 11, "card", grows=100),
    Bill("Tonal Music", "bills.subscriptions", 1_699, 21, "card", note="Family plan"),
    Bill("Cloudbox", "bills.subscriptions", 299, 23, "card"),
    Bill("The Weekend Paper", "bills.subscriptions", 2_490, 2, grows=150),
    Bill("Sunflower Nursery", "family.childcare", 18_500, 3, grows=800, tags=("kids",)),
    Bill(
        "Little Notes Music School",
        "family.school",
        4_800,
        5,
        months=(1, 2, 3, 4, 5, 6, 9, 10, 11, 12),
        tags=("kids",),
    ),
    Bill("Regional Transit", "transport.public", 4_900, 1, grows=450, note="Monthly pass"),
    Bill("Climb & Gym", "health.sport", 2_990, 7),
    Bill("Havel Insurance", "bills.insurance", 6_480, 10, months=(1,), grows=210, note="Liability"),
    Bill("Havel Insurance", "bills.insurance", 43_900, 10, months=(1,), grows=1_450, note="Car"),
    Bill("Havel Insurance", "bills.insurance", 13_250, 10, months=(7,), grows=400, note="Contents"),
    Bill("Sparrow Life", "bills.insurance", 3_115, 14),
    Bill("Car Tax Office", "finance.tax", 13_800, 22, months=(4,), tags=("taxes",)),
    Bill("Meridian Bank", "finance.fees", 490, 30),
    Bill("Meridian Bank", "finance.interest", 3_950, 25, grows=-1_150, note="Car loan"),
    Bill("Public Broadcasting", "other", 5_508, 15, months=(2, 5, 8, 11)),
    Bill("Red Kite Relief", "gifts", 2_500, 18, tags=("giving", "taxes")),
)

# from, to, amount, day of the month, note
STANDING: Final = (
    ("checking", "savings", 25_000, 29, "Rainy days"),
    ("checking", "holiday", 18_000, 29, "Holiday fund"),
    ("checking", "depot", 15_000, 16, "Savings plan"),
    ("checking", "loan", 17_950, 25, "Repayment"),
)


class Habit(NamedTuple):
    """Something bought now and then. per_month: times in 100 months · twelve values for the seasons (one value: all
    year); low, high: price in minor units; split: a second category that part of it may go to."""

    payees: tuple[str, ...]
    category: str
    per_100_months: tuple[int, ...]
    low: int
    high: int
    account: str = "checking"
    weekdays: tuple[int, ...] = ()
    hours: tuple[int, int] = (9, 19)
    split: str | None = None
    tags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


WEEKEND: Final = (5, 6)
WORKDAYS: Final = (0, 1, 2, 3, 4)

HABITS: Final = (
    Habit(
        ("Greenleaf Market", "Corner Fresh", "Discount Dora"),
        "food.groceries",
        (980,),
        1_450,
        8_900,
        split="shopping.household",
    ),
    Habit(
        ("Greenleaf Market", "Discount Dora"),
        "food.groceries",
        (420,),
        6_200,
        12_400,
        "card",
        WEEKEND,
        (10, 18),
        split="food.drinks",
    ),
    Habit(
        ("Saturday Farmers' Market",),
        "food.groceries",
        (330,),
        900,
        3_400,
        "cash",
        (5,),
        (8, 12),
        notes=("Cheese and eggs", "Vegetables", ""),
    ),
    Habit(("Lindner Bakery",), "food.groceries", (760,), 320, 1_280, "cash", (), (7, 11)),
    Habit(("Bean There", "Café Nora"), "food.coffee", (640,), 310, 980, "cash", (), (8, 17)),
    Habit(("Canteen Nine",), "food.restaurant", (900,), 590, 940, "card", WORKDAYS, (11, 13)),
    Habit(
        ("Trattoria Pina", "Blue Lotus", "The Gate", "Taverna Eleni"),
        "food.restaurant",
        (280, 260, 280, 300, 340, 380, 300, 320, 320, 290, 280, 360),
        2_700,
        8_600,
        "card",
        (4, 5, 6),
        (18, 21),
        notes=("With Mira and Tom", "Birthday dinner", "", "", ""),
    ),
    Habit(
        ("Wok & Roll",),
        "food.restaurant",
        (160,),
        1_600,
        3_400,
        "card",
        (2, 3, 4),
        (18, 20),
        notes=("Takeaway",),
    ),
    Habit(
        ("Vine & Barrel",),
        "food.drinks",
        (90, 80, 90, 100, 120, 130, 130, 120, 100, 110, 130, 220),
        1_400,
        5_200,
        "card",
    ),
    Habit(
        ("Ringroad Fuel", "Free Fuel"),
        "transport.fuel",
        (210, 200, 220, 230, 240, 240, 290, 270, 230, 230, 210, 240),
        4_600,
        8_300,
        "card",
    ),
    Habit(("City Parking",), "transport.parking", (310,), 150, 820, "cash"),
    Habit(
        ("Rail Network",),
        "transport.public",
        (70, 60, 80, 110, 120, 90, 110, 90, 80, 110, 70, 160),
        1_900,
        8_900,
        "card",
        notes=("Visiting grandparents", "Conference", ""),
    ),
    Habit(("Taxi 7000",), "transport.taxi", (40,), 1_150, 3_300, "cash", (4, 5), (22, 23)),
    Habit(
        ("Garage Huber",), "transport.car", (22,), 7_800, 46_000, notes=("Service", "Winter tyres", "Brakes")
    ),
    Habit(
        ("Thread & Needle", "Urban Cotton", "Sole Mates"),
        "shopping.clothes",
        (70, 60, 150, 160, 110, 80, 70, 100, 170, 160, 130, 120),
        2_400,
        13_900,
        "card",
        tags=("kids",),
    ),
    Habit(("Homeland", "Bright & Tidy"), "shopping.household", (160,), 890, 6_400, "card"),
    Habit(
        ("Voltage", "Pixel Store"),
        "shopping.electronics",
        (16, 10, 12, 14, 16, 14, 12, 14, 20, 22, 70, 40),
        2_900,
        64_900,
        "card",
    ),
    Habit(
        ("Homeland",),
        "home.furniture",
        (14, 12, 22, 26, 22, 16, 14, 14, 22, 20, 16, 10),
        5_900,
        48_900,
        "card",
    ),
    Habit(
        ("Green Thumb Garden Centre",),
        "home.repair",
        (5, 10, 90, 140, 120, 60, 40, 30, 50, 40, 10, 5),
        1_200,
        8_800,
        "card",
        WEEKEND,
    ),
    Habit(
        ("Care Pharmacy",),
        "health.pharmacy",
        (200, 190, 150, 120, 100, 80, 80, 80, 120, 160, 180, 210),
        420,
        3_600,
        "cash",
    ),
    Habit(("Dr. Okafor", "Dental Practice West"), "health.doctor", (35,), 2_200, 16_500, tags=("taxes",)),
    Habit(("Shear Delight",), "other", (90,), 2_400, 6_800, "cash", notes=("Haircut",)),
    Habit(
        ("Orbit Cinema", "City Theatre", "Aquapark"),
        "leisure.events",
        (110, 120, 90, 90, 100, 110, 120, 130, 90, 100, 110, 150),
        1_400,
        7_200,
        "card",
        (4, 5, 6),
        (15, 20),
    ),
    Habit(
        ("Paper Moon Books",),
        "leisure.media",
        (120, 90, 90, 90, 80, 90, 120, 110, 90, 100, 120, 230),
        890,
        4_200,
        "card",
    ),
    Habit(("Level Up Games",), "leisure.games", (30,), 999, 5_999, "card"),
    Habit(("String Theory", "Camera Obscura"), "leisure.hobby", (55,), 1_100, 9_800, "card"),
    Habit(("Happy Paws",), "family.pets", (130,), 1_250, 5_400, notes=("Cat food", "Vet", "")),
    Habit(
        ("Toy Chest",),
        "gifts",
        (60, 50, 60, 70, 80, 70, 60, 60, 70, 80, 160, 420),
        1_290,
        6_900,
        "card",
        tags=("kids",),
        notes=("Birthday present", "Advent calendar", ""),
    ),
    Habit(
        ("Perfume & Co", "Goldfinch Jewellery"),
        "gifts",
        (20, 60, 20, 20, 60, 20, 20, 20, 20, 20, 60, 190),
        2_400,
        14_900,
        "card",
    ),
    Habit(
        ("School Office",),
        "family.school",
        (30, 30, 40, 40, 60, 60, 20, 60, 120, 50, 40, 40),
        450,
        4_800,
        "cash",
        tags=("kids",),
        notes=("Class trip", "Books", "Lunch money"),
    ),
    Habit(("Studio Freelance Client",), "business", (55,), 18_000, 94_000, notes=("Invoice", "Workshop")),
    Habit(
        ("Flea Market",),
        "received",
        (10, 5, 15, 25, 40, 40, 35, 30, 40, 20, 5, 5),
        800,
        6_400,
        "cash",
        WEEKEND,
        notes=("Sold old toys", "Bicycle"),
    ),
)


class Trip(NamedTuple):
    """A journey. year: counted back from the last (0); month and day of departure; booked: months before.
    Prices are in the currency of `purse`; exchanged: what is bought before leaving, in EUR minor units."""

    name: str
    tag: str
    year: int
    month: int
    day: int
    nights: int
    purse: str
    exchanged: int
    flights_minor: int
    airline: str
    stay: tuple[str, int]
    places: tuple[tuple[str, str, int, int], ...]


TRIPS: Final = (
    Trip("California", "california", 2, 7, 18, 13, "dollars", 290_000, 218_400, "Atlantic Air",
        ("Bayview Motel", 11_900), (
        ("Golden Diner", "food.restaurant", 1_900, 7_400), ("Pacific Grocer", "food.groceries", 1_450, 6_900),
        ("Coast Rental Cars", "transport.car", 6_200, 9_900), ("Redwood Park", "leisure.events", 1_500, 4_500),
        ("Roadrunner Fuel", "transport.fuel", 2_900, 5_600), ("Pier Gifts", "gifts", 900, 4_900))),
    Trip("London", "london", 1, 5, 9, 4, "pounds", 88_000, 41_200, "Channel Air", ("Bloomsbury Rooms", 12_400), (
        ("The Crown & Anchor", "food.restaurant", 1_450, 6_300), ("Tube & Bus", "transport.public", 280, 1_490),
        ("Museum Shop", "gifts", 650, 3_800), ("West End Theatre", "leisure.events", 4_400, 9_800),
        ("Corner Grocer", "food.groceries", 420, 1_900))),
    Trip("Baltic coast", "baltic", 1, 8, 2, 9, "card", 0, 0, "", ("Dune House", 9_800), (
        ("Fischer's Smokehouse", "food.restaurant", 1_800, 6_200), ("Beach Kiosk", "food.coffee", 350, 1_450),
        ("Seaside Grocer", "food.groceries", 1_200, 6_100), ("Boat Tours", "leisure.events", 1_400, 5_600))),
    Trip("Japan", "japan", 0, 3, 27, 15, "yen", 310_000, 274_600, "Rising Sun Airways", ("Ryokan Matsu", 14_800), (
        ("Ramen Ichiban", "food.restaurant", 1_100, 3_600), ("Sushi Hanamaru", "food.restaurant", 2_900, 8_400),
        ("Konbini 24", "food.groceries", 480, 2_300), ("Metro Card", "transport.public", 300, 2_000),
        ("Temple Garden", "leisure.events", 500, 1_800), ("Kyoto Crafts", "gifts", 1_500, 9_800))),
)  # fmt: skip

# currency: (rate at the beginning, least, most) in millionths of a euro
RATES: Final = {
    "USD": (921_000, 858_000, 968_000),
    "GBP": (1_151_000, 1_128_000, 1_209_000),
    "JPY": (6_720, 5_870, 6_990),
}
