"""What the demo's shop sells: products of the recorded chain at their median recorded unit price, in US cents."""

from __future__ import annotations

from dataclasses import dataclass

from kesher.kernel.text import Text

WORKSPACE_SLUG = "kesher-grocery"
SHOP_NAME = Text(en="Kesher Grocery", he="מכולת קשר")
SOURCE_NAME = "Shop page"
CURRENCY = "USD"
NEWS_TOPIC = "news"
CART_TOPIC = "cart"
OFFERS_TOPIC = "offers"


@dataclass(frozen=True, slots=True)
class Product:
    """One product; `product_id` and `department` are the recording's, `key` names its picture."""

    key: str
    product_id: str
    department: str
    price_cents: int
    name: Text
    note: Text


PRODUCTS = (
    Product(
        "strawberries",
        "1135476",
        "PRODUCE",
        250,
        Text(en="Strawberries", he="תותים"),
        Text(en="450 g punnet", he="סלסלה, 450 גרם"),
    ),
    Product(
        "bread",
        "929433",
        "GROCERY",
        119,
        Text(en="White bread", he="לחם לבן"),
        Text(en="Sliced, 570 g", he="פרוס, 570 גרם"),
    ),
    Product(
        "milk", "1133018", "GROCERY", 189, Text(en="Fresh milk", he="חלב טרי"), Text(en="1.9 litres", he="1.9 ליטר")
    ),
    Product("eggs", "840361", "GROCERY", 109, Text(en="Large eggs", he="ביצים גדולות"), Text(en="A dozen", he="תריסר")),
    Product(
        "tomatoes",
        "854852",
        "PRODUCE",
        209,
        Text(en="Vine tomatoes", he="עגבניות אשכול"),
        Text(en="By the pound", he="מחיר לליברה"),
    ),
    Product("cucumbers", "860776", "PRODUCE", 69, Text(en="Cucumber", he="מלפפון"), Text(en="Each", he="מחיר ליחידה")),
    Product(
        "cheese",
        "868683",
        "GROCERY",
        167,
        Text(en="Cheddar cheese", he="גבינת צ׳דר"),
        Text(en="Shredded, 230 g", he="מגוררת, 230 גרם"),
    ),
    Product(
        "coffee",
        "862799",
        "GROCERY",
        459,
        Text(en="Ground coffee", he="קפה טחון"),
        Text(en="Medium roast, 340 g", he="קלייה בינונית, 340 גרם"),
    ),
    Product(
        "bananas",
        "1082185",
        "PRODUCE",
        92,
        Text(en="Bananas", he="בננות"),
        Text(en="By the pound", he="מחיר לליברה"),
    ),
    Product(
        "apples",
        "976065",
        "PRODUCE",
        219,
        Text(en="Gala apples", he="תפוחי גאלה"),
        Text(en="By the pound", he="מחיר לליברה"),
    ),
    Product(
        "olive-oil",
        "9859217",
        "GROCERY",
        599,
        Text(en="Olive oil", he="שמן זית"),
        Text(en="Extra virgin, 500 ml", he="כתית מעולה, 500 מ״ל"),
    ),
    Product(
        "cookies",
        "1085637",
        "GROCERY",
        200,
        Text(en="Chocolate-chip cookies", he="עוגיות שוקולד צ׳יפס"),
        Text(en="Tray of 12", he="מגש של 12"),
    ),
)
