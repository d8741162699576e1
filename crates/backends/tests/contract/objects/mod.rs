//! The objects port's contract.

pub(crate) mod lists;
pub(crate) mod reads;
pub(crate) mod writes;

use std::ops::Range;

use backends::objects::{ObjectInfo, Objects, stream_of};
use futures::TryStreamExt;

pub(crate) type Fixture = crate::Fixture<dyn Objects>;

/// Names that are refused everywhere.
fn bad_names() -> Vec<String> {
    let fixed = [
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "../a",
        "a/../b",
        "a/./b",
        ".hidden",
        "a/.hidden",
        "a\0b",
        "a\nb",
        "a\\b",
    ];
    let long = [
        "x".repeat(256),
        format!("a/{}", "x".repeat(256)),
        vec!["x".repeat(99); 11].join("/"),
    ];
    fixed.map(ToOwned::to_owned).into_iter().chain(long).collect()
}

async fn put(bucket: &dyn Objects, name: &str, bytes: &[u8]) -> ObjectInfo {
    bucket
        .put(name, "text/plain", stream_of(bytes.to_vec()))
        .await
        .unwrap()
}

async fn read(bucket: &dyn Objects, name: &str, range: Option<Range<u64>>) -> (ObjectInfo, Vec<u8>) {
    let (info, bytes) = bucket.get(name, range).await.unwrap();
    (info, bytes.try_collect::<Vec<_>>().await.unwrap().concat())
}

async fn names(bucket: &dyn Objects, prefix: &str, after: Option<&str>, max: usize) -> Vec<String> {
    let listed = bucket.list(prefix, after, max).await.unwrap();
    listed.into_iter().map(|info| info.name).collect()
}

/// The whole suite for one implementation, given what opens a fixture.
#[macro_export]
macro_rules! objects_suite {
    ($open:path) => {
        $crate::suite!($open, objects::writes:
            an_object_reads_back_as_it_was_written,
            an_object_may_be_empty,
            a_large_object_comes_in_many_chunks,
            a_new_object_replaces_the_old_one,
            an_upload_that_breaks_off_leaves_what_was_there,
            an_unfinished_upload_is_not_seen,
            an_object_is_deleted_once_or_often,
            a_name_can_be_used_again,
            parts_become_one_object_and_stay,
            an_object_can_be_a_part_of_itself,
            composing_needs_all_its_parts,
            bad_names_are_refused,
            a_content_type_is_a_header,
            of_many_who_write_one_object_one_wins_whole,
            writers_and_deleters_of_a_folder_do_not_disturb_each_other,
        );
        $crate::suite!($open, objects::reads:
            a_range_is_read,
            a_range_outside_is_invalid,
            what_is_not_there_is_not_found,
            a_reader_keeps_what_it_began_to_read,
            any_plain_name_works,
        );
        $crate::suite!($open, objects::lists:
            names_come_in_byte_order,
            a_list_is_cut_by_prefix_place_and_length,
            a_list_tells_what_head_tells,
            lists_agree_with_a_sorted_set,
        );
    };
}
