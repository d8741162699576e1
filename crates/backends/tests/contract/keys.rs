//! The keys port's contract.

pub(crate) mod cases;

use backends::keys::Keys;

pub(crate) type Fixture = crate::Fixture<dyn Keys>;

/// The whole suite for one implementation, given what opens a fixture.
#[macro_export]
macro_rules! keys_suite {
    ($open:path) => {
        $crate::suite!($open, keys::cases:
            a_secret_is_32_random_bytes_and_stays,
            a_signature_verifies_with_the_public_key,
            a_key_stays,
            names_have_their_own_keys,
            a_secret_and_a_key_may_share_a_name,
            all_who_begin_at_once_agree,
            bad_names_are_refused,
        );
    };
}
