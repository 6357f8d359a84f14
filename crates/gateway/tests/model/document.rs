//! The protocol document's table of rates, against the hub.
