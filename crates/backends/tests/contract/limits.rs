//! The limits port's contract.

pub(crate) mod cache;
pub(crate) mod rates;

use backends::limits::Limits;

pub(crate) type Fixture = crate::Fixture<dyn Limits>;

/// The whole suite for one implementation, given what opens a fixture.
#[macro_export]
macro_rules! limits_suite {
    ($open:path) => {
        $crate::suite!($open, limits::rates:
            a_burst_passes_and_the_next_request_waits,
            a_refused_request_takes_nothing,
            after_the_time_it_was_told_a_request_passes,
            the_quota_is_whole_again_after_a_pause,
            in_the_long_run_requests_pass_at_the_rate,
            keys_have_their_own_quotas,
            many_who_take_at_once_share_the_burst,
        );
        $crate::suite!($open, limits::cache:
            a_value_is_kept_for_a_while,
            a_new_value_replaces_the_old_one,
            what_was_never_cached_is_absent,
        );
    };
}
