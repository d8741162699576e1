"""A catalogue on FastAPI and SQLite, done decently: indexed columns beside the stored JSON, which goes out untouched; one
connection reads and one writes; an acknowledged write is synced (synchronous=FULL)."""
import asyncio, os, uuid
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from typing import Annotated

import aiosqlite, orjson
from fastapi import FastAPI, HTTPException, Query, Response
from pydantic import BaseModel, ConfigDict, Field

TABLES = """
CREATE TABLE IF NOT EXISTS products(
  id TEXT PRIMARY KEY, category TEXT NOT NULL, region TEXT, price REAL NOT NULL,
  artisan_id TEXT NOT NULL, status TEXT NOT NULL, created_at TEXT NOT NULL, doc BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS newest ON products(status, created_at DESC);
CREATE INDEX IF NOT EXISTS by_category ON products(status, category, created_at DESC);
"""


class ProductCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str = Field(min_length=1, max_length=200)
    description: str = Field(max_length=10_000)
    category: str = Field(min_length=1, max_length=80)
    subcategory: str = Field(max_length=80)
    price: float = Field(gt=0, lt=1e9, allow_inf_nan=False)
    materials: list[str] = Field(max_length=50)
    dimensions: dict[str, float] = Field(default_factory=dict)
    production_time: str = Field(max_length=80)
    artisan_id: str = Field(min_length=1, max_length=80)
    region: str | None = None


async def connect():
    db = await aiosqlite.connect(os.environ["PRODUCT_DB"], isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "cache_size=-65536", "mmap_size=268435456"):
        await db.execute(f"PRAGMA {pragma}")
    return db


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.read, app.state.write, app.state.turn = await connect(), await connect(), asyncio.Lock()
    await app.state.write.executescript(TABLES)
    yield
    await app.state.read.close()
    await app.state.write.close()


app = FastAPI(lifespan=lifespan)


def stored(doc: bytes, status: int = 200) -> Response:
    return Response(doc, status_code=status, media_type="application/json")


@app.get("/health")
async def health():
    return {"status": "ok"}


@app.post("/products", status_code=201)
async def create(product: ProductCreate):
    new = product.model_dump() | {
        "id": str(uuid.uuid4()), "description": {"en": product.description}, "images": [], "cultural_story": "",
        "ai_suggested_price": {}, "ai_analysis": {}, "status": "active", "created_at": datetime.now(timezone.utc).isoformat()}
    doc = orjson.dumps(new)
    columns = ("id", "category", "region", "price", "artisan_id", "status", "created_at")
    async with app.state.turn:
        await app.state.write.execute("INSERT INTO products VALUES(?,?,?,?,?,?,?,?)", (*(new[name] for name in columns), doc))
    return stored(doc, 201)


@app.get("/products")
async def newest(category: str | None = None, region: str | None = None, price_min: float | None = None,
                 price_max: float | None = None, limit: Annotated[int, Query(ge=1, le=100)] = 20,
                 offset: Annotated[int, Query(ge=0, le=10_000)] = 0):
    query, values = "SELECT doc FROM products WHERE status='active'", []
    for condition, value in (("category=?", category), ("region=?", region), ("price>=?", price_min), ("price<=?", price_max)):
        if value is not None:
            query += " AND " + condition
            values.append(value)
    rows = await app.state.read.execute_fetchall(query + " ORDER BY created_at DESC LIMIT ? OFFSET ?", (*values, limit, offset))
    return stored(b"[" + b",".join(row[0] for row in rows) + b"]")


@app.get("/products/{id}")
async def one(id: str):
    rows = await app.state.read.execute_fetchall("SELECT doc FROM products WHERE id=? AND status='active'", (id,))
    for row in rows:
        return stored(row[0])
    raise HTTPException(404, "no such product")
