//! The documents port's contract.

pub(crate) mod changes;
pub(crate) mod commits;
pub(crate) mod paging;
pub(crate) mod queries;
pub(crate) mod rules;

use backends::documents::{
    Batch, Collection, Direction, Document, Documents, Index, Precondition, Query, Schema,
};
use serde_json::Value;

pub(crate) type Fixture = crate::Fixture<dyn Documents>;

const NONE: &[&str] = &[];

/// What the cases ask for.
pub(crate) const COLLECTIONS: &[Collection] = &[
    Collection {
        name: "things",
        indexes: &[
            Index::on(&["kind"]),
            Index::on(&["place.city"]),
            Index::on(&["kind"]).by("n", Direction::Ascending),
            Index::on(&["kind"]).by("n", Direction::Descending),
            Index::on(&["place.city"]).by("n", Direction::Ascending),
            Index::on(NONE).by("n", Direction::Ascending),
            Index::on(NONE).by("n", Direction::Descending),
            Index::on(NONE).containing("tags"),
            Index::on(NONE).containing("tags").by("n", Direction::Ascending),
        ],
        followed: true,
    },
    Collection {
        name: "others",
        indexes: &[Index::on(&["kind"])],
        followed: true,
    },
    Collection::keyed("keyed"),
];

pub(crate) fn schema() -> Schema {
    Schema::of(COLLECTIONS)
}

/// Puts documents into `things`.
async fn put(store: &dyn Documents, documents: &[(&str, Value)]) {
    let mut batch = Batch::new();
    for (id, body) in documents {
        batch.put("things", *id, body).unwrap();
    }
    store.commit(batch).await.unwrap();
}

async fn delete(store: &dyn Documents, id: &str) {
    let mut batch = Batch::new();
    batch.delete("things", id, Precondition::Present);
    store.commit(batch).await.unwrap();
}

async fn stored(store: &dyn Documents, id: &str) -> Option<Document> {
    store.get("things", id).await.unwrap()
}

async fn ids(store: &dyn Documents, query: Query) -> Vec<String> {
    let found = store.query(&query).await.unwrap();
    found.into_iter().map(|document| document.id).collect()
}

fn things() -> Query {
    Query::all("things")
}

/// The whole suite for one implementation, given what opens a fixture.
#[macro_export]
macro_rules! documents_suite {
    ($open:path) => {
        $crate::suite!($open, documents::commits:
            a_document_reads_back_as_it_was_written,
            any_plain_text_is_an_id,
            creating_what_exists_is_a_conflict,
            replacing_needs_the_version_that_is_stored,
            every_precondition_guards_a_check,
            every_precondition_guards_a_write,
            every_precondition_guards_a_delete,
            one_failed_precondition_refuses_the_whole_commit,
            a_check_guards_other_writes_and_changes_nothing,
            a_version_changes_with_the_body_and_only_then,
            deleting_what_is_not_there_is_no_error,
            the_same_id_in_two_collections_is_two_documents,
            many_documents_are_read_at_once_and_missing_ones_left_out,
            an_empty_commit_does_nothing,
            a_stamp_differs_after_every_commit,
            contended_increments_are_exact,
            of_many_who_create_one_document_one_wins,
            what_is_committed_is_there_for_every_handle,
        );

        $crate::suite!($open, documents::rules:
            a_document_is_in_a_commit_once,
            a_document_has_at_most_a_mebibyte,
            a_commit_has_at_most_four_mebibytes,
            bodies_are_objects_without_arrays_in_arrays,
            ids_keep_firestores_rules,
            collections_are_declared,
            queries_need_a_declared_index,
            a_position_belongs_to_its_order,
            more_than_a_thousand_ids_are_refused,
        );

        $crate::suite!($open, documents::queries:
            everything_comes_by_id,
            equal_means_the_same_kind_and_value,
            any_text_is_compared_as_it_is,
            a_dotted_field_looks_inside,
            contains_finds_scalars_of_an_array,
            contains_follows_changes,
            an_order_leaves_out_documents_without_the_field,
            ids_break_ties_in_the_same_direction,
            kinds_sort_one_after_another,
            ranges_stay_within_a_kind,
            filters_order_and_range_combine,
            limit_and_offset_cut_a_page_and_count_ignores_them,
            a_position_outlives_its_document,
        );

        $crate::suite!($open, documents::paging:
            pages_have_each_document_once,
            pages_by_id_have_each_document_once,
        );

        $crate::suite!($open, documents::changes:
            the_beginning_tells_every_document,
            an_empty_collection_is_caught_up_at_once,
            a_cursor_goes_on_where_it_was,
            a_document_comes_with_the_version_that_is_stored,
            what_was_deleted_and_made_again_is_told_as_it_is,
            other_collections_are_not_told,
            a_long_way_is_read_in_parts,
            a_follower_waits_for_a_commit,
            a_follower_gives_up_waiting_in_time,
            commits_to_other_collections_do_not_end_the_wait,
            a_foreign_cursor_is_invalid,
            followers_of_a_busy_collection_miss_nothing,
        );
    };
}
