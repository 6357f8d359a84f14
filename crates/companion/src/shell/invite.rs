//! Links that are opened outside of Hearth: `hearth://join/CODE`. Whoever wrote them is a stranger, so nothing but
//! a code is taken, and only a person's click joins. They are never logged.

/// The longest code.
const LONGEST: usize = 64;

/// The code in a link or in what else was handed over in place of one; `None`: it is no invite.
#[must_use]
pub fn code_of_link(link: &str) -> Option<String> {
    let link = link.trim();
    let after_scheme = match link.split_once(':') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("hearth") => rest.trim_start_matches('/'),
        Some(_) => return None,
        None => return code(link),
    };
    let (host, rest) = after_scheme.split_once('/')?;
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    // Browsers add a slash at the end.
    host.eq_ignore_ascii_case("join").then(|| code(rest.trim_end_matches('/')))?
}

fn code(text: &str) -> Option<String> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    (!text.is_empty() && text.len() <= LONGEST && text.chars().all(fits)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_an_invite_is_taken() {
        for link in [
            "hearth://join/q7xk2m",
            "HEARTH://JOIN/q7xk2m/",
            "hearth:join/q7xk2m",
            "hearth://join/q7xk2m?from=chat#top",
            " q7xk2m\n",
        ] {
            assert_eq!(code_of_link(link).as_deref(), Some("q7xk2m"), "{link:?}");
        }
    }

    #[test]
    fn what_is_no_invite_is_nothing() {
        let long = format!("hearth://join/{}", "a".repeat(65));
        for link in [
            "",
            "hearth://",
            "hearth://join",
            "hearth://join/",
            "hearth://heat/now",
            "hearth://join/a/b",
            "hearth://join/a%20b",
            "hearth://join/<script>",
            "https://example.org/q7xk2m",
            "file:///etc/passwd",
            "a b",
            long.as_str(),
        ] {
            assert_eq!(code_of_link(link), None, "{link:?}");
        }
    }
}
