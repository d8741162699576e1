//! Wire types of the product service.

mod answer;
mod catalogue;
mod costs;
mod dimensions;
mod facts;
mod nullable;
mod patch;
mod request;
pub(crate) mod rules;
mod search;
pub(crate) mod text;

pub use answer::{ImageUse, Inventory, Like, Message, Product, ProductMedia, ProductStatus, Suspension};
pub use catalogue::{Catalogue, Category, Craft, Region};
pub use costs::{Costs, CostsInput, CostsPatch, MaterialCost, MaterialCostInput};
pub use dimensions::{Dimensions, DimensionsInput, DimensionsPatch, LengthUnit};
pub use facts::ListingFacts;
pub use nullable::Nullable;
pub use patch::ProductPatch;
pub use request::{
    InventoryUpdate, MAX_IMAGES, ProductCreate, ProductReplace, PublishStatus, SuspensionOrder,
};
pub use rules::is_slug;
pub use search::{
    FacetCount, Highlights, PriceFacet, SearchAnswer, SearchFacets, SearchFilters, SearchRequest,
    SearchResult, SearchSort, SuggestAnswer,
};
pub use text::Text;
