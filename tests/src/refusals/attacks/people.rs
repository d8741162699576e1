use service_client::Service;
use shared_models::identity::Role;

use super::{Attack, Refusal, Target};
use crate::refusals::{Foreign, Who, World};

const ROLES: [Role; 3] = [Role::Artisan, Role::Buyer, Role::Admin];

/// Good requests by the wrong people.
pub(super) async fn attacks(target: &Target<'_>, world: &World) -> Vec<Attack> {
    let mut attacks = Vec::new();
    if let Who::Only(allowed) = &target.row.who {
        for role in ROLES.into_iter().filter(|role| !allowed.contains(role)) {
            let request = target
                .good
                .authorized_by(format!("Bearer {}", world.other(role).access));
            attacks.push(Attack::new(
                format!("by the role {}", role.as_str()),
                request,
                Refusal::Status(403),
            ));
        }
    }
    if let Foreign::Refused(status) = target.row.foreign {
        let role = match &target.row.who {
            Who::Only(allowed) => allowed[0],
            _ => Role::Buyer,
        };
        let request = target
            .good
            .authorized_by(format!("Bearer {}", world.other(role).access));
        attacks.push(Attack::new(
            "of somebody else's object",
            request,
            Refusal::Status(status),
        ));
    }
    if let Who::Service(allowed) = target.row.who {
        let request = target.good.with_header(
            &super::tokens::SERVICE_TOKEN,
            world.forger.service_token(Service::Gateway, world.service).await,
        );
        assert!(
            allowed != Service::Gateway,
            "the gateway calls nothing for itself"
        );
        attacks.push(Attack::new(
            "by a service that may not",
            request,
            Refusal::Status(403),
        ));
    }
    attacks
}
