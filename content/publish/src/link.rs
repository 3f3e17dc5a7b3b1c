//! Links: addresses that need the net.

use crate::decode::decode;
use crate::error::Reason;

/// The longest address, in bytes.
const MAX_URL_LEN: usize = 2000;

/// The address in a Windows `.url` file, a macOS `.webloc` file or a plain line.
pub(crate) fn from_file(bytes: &[u8]) -> Result<String, Reason> {
    let text = decode(bytes).map_err(|_| Reason::LinkMissing)?.text;
    let shortcut = text.lines().find_map(|line| {
        let (name, value) = line.trim().split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("url")
            .then(|| value.trim().to_owned())
    });
    let property = || {
        let (_, after) = text.split_once("<key>URL</key>")?;
        let (_, value) = after.split_once("<string>")?;
        let (value, _) = value.split_once("</string>")?;
        Some(unescape(value.trim()))
    };
    let only = || {
        let line = text.trim();
        (!line.contains('\n') && line.contains("://")).then(|| line.to_owned())
    };
    let url = shortcut
        .or_else(property)
        .or_else(only)
        .ok_or(Reason::LinkMissing)?;
    check(&url)?;
    Ok(url)
}

/// Whether an address leads to the web: `https` or `http`, a host, nothing unprintable.
pub(crate) fn check(url: &str) -> Result<(), Reason> {
    let bad = || Reason::LinkBad {
        url: url.chars().take(200).collect(),
    };
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .ok_or_else(bad)?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"');
    if host.is_empty() || host.starts_with(':') || url.len() > MAX_URL_LEN || url.contains(odd) {
        return Err(bad());
    }
    Ok(())
}

/// The entities that XML itself has.
fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_file_gives_its_address() {
        for text in [
            "[InternetShortcut]\r\nURL=https://example.jp/a?b=1&c=2\r\nIconIndex=0\r\n",
            "[{000214A0-0000-0000-C000-000000000046}]\nProp3=19,11\n[InternetShortcut]\nIDList=\nurl = https://example.jp/a?b=1&c=2\n",
            "<?xml version=\"1.0\"?>\n<plist version=\"1.0\"><dict>\n<key>URL</key>\n<string>https://example.jp/a?b=1&amp;c=2</string></dict></plist>",
            "https://example.jp/a?b=1&c=2\n",
        ] {
            assert_eq!(
                from_file(text.as_bytes()).unwrap(),
                "https://example.jp/a?b=1&c=2"
            );
        }
    }

    #[test]
    fn what_leads_elsewhere_is_refused() {
        for url in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://",
            "https:///a",
            "http://:80/",
            "https://a b",
            "https://例え.jp/<",
            "ftp://example.jp",
        ] {
            assert!(matches!(check(url), Err(Reason::LinkBad { .. })), "{url}");
        }
        assert!(check(&format!("https://a/{}", "x".repeat(2000))).is_err());
        assert!(check("https://例え.jp/蛍").is_ok());
        assert_eq!(from_file(b"bplist00\0\0"), Err(Reason::LinkMissing));
        assert_eq!(from_file("ただの文".as_bytes()), Err(Reason::LinkMissing));
    }
}
