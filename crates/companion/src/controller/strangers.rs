//! What strangers write in a group, before anything is made of it: names and messages that turn nothing around that
//! stands beside them.

use hearth_gateway_client::group::{Event, Group};

use super::rooms::tidy;

/// The same event, its texts fit to be shown.
pub(super) fn tidied(mut event: Event) -> Event {
    match &mut event {
        Event::Group(Some(group)) => tidy_group(group),
        Event::Message { name, content, .. } => {
            *name = tidy::some(name.as_deref(), tidy::NAME);
            *content = tidy::text(content);
        }
        _ => {}
    }
    event
}

fn tidy_group(group: &mut Group) {
    group.name = tidy::line(&group.name, tidy::NAME);
    for member in &mut group.members {
        member.user_name = tidy::some(member.user_name.as_deref(), tidy::NAME);
        member.strain = tidy::some(member.strain.as_deref(), tidy::NAME);
        if let Some(device) = &mut member.device {
            device.device_name = tidy::some(device.device_name.as_deref(), tidy::NAME);
        }
    }
}
