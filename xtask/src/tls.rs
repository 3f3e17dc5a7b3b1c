//! `cargo xtask prove tls`: the school's server before a scanner that others wrote
//! (testssl.sh), as it serves with its own certificate and with one of an authority.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::demo::Cloud;
use crate::run::{Done, cargo, output, root, run, target};
use crate::system::{Purpose, ensure};

/// What the scanner says that is not to be mended: the finding's name, in which of the two
/// scans, and why.
const REASONED: &[(&str, &[Scan], &str)] = &[
    (
        "engine_problem",
        &[Scan::Own, Scan::Authority],
        "that is the scanner's own OpenSSL, which lacks Russia's ciphers; rustls has none either",
    ),
    (
        "cert_chain_of_trust",
        &[Scan::Own],
        "nobody vouches for the school's own certificate: terminals know its key by the pin in the address",
    ),
    (
        "cert_trust",
        &[Scan::Own],
        "under a pin names do not count, the key alone does",
    ),
    (
        "cert_validityPeriod",
        &[Scan::Own],
        "under a pin dates do not count: terminals' clocks are wrong",
    ),
    (
        "cert_revocation",
        &[Scan::Own],
        "no authority made it, so none revokes it: another key is another address",
    ),
];

/// How the server is scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scan {
    /// With the certificate that the school makes for itself.
    Own,
    /// With one that an authority made; of this scan nothing hides behind the chain.
    Authority,
}

/// Scans both; fails where a finding is worse than LOW.
pub fn prove() -> Done {
    ensure(Purpose::Prove)?;
    run(
        "the school's server",
        cargo().args(["build", "--package", "hotaru-cloud", "--locked"]),
    )?;
    let dir = target().join("tls");
    if dir.exists() {
        fs::remove_dir_all(&dir)
            .map_err(|error| format!("{} cannot be removed: {error}", dir.display()))?;
    }
    fs::create_dir_all(&dir)
        .map_err(|error| format!("{} cannot be made: {error}", dir.display()))?;
    let program = target()
        .join("debug")
        .join(format!("hotaru-cloud{}", std::env::consts::EXE_SUFFIX));
    let data = dir.join("school");
    let mut init = Command::new(&program);
    init.args(["init", "--school", "TLS", "--data"]).arg(&data);
    output("founding the school", &mut init)?;
    let authority = certificates(&dir)?;
    for scan in [Scan::Own, Scan::Authority] {
        let mut serve = Command::new(&program);
        serve.args(["serve", "--listen", "127.0.0.1:0", "--data"]);
        serve.arg(&data);
        match scan {
            Scan::Own => serve.arg("--own-certificate"),
            Scan::Authority => {
                let [cert, key] = ["cert.pem", "key.pem"].map(|name| dir.join(name));
                serve.arg("--cert").arg(cert).arg("--key").arg(key)
            }
        };
        let cloud = Cloud::start(&mut serve, &dir.join("cloud.log"))?;
        let address = cloud.address.trim_start_matches("https://");
        let address = address.split('#').next().unwrap_or_default();
        let port = address.rsplit(':').next().unwrap_or_default();
        let found = dir.join(format!("{scan:?}.json"));
        look(scan, port, &authority, &found)?;
        judge(scan, &found)?;
    }
    Ok(())
}

/// An authority and a certificate of it for `localhost`, in PEM files; returns the authority's.
fn certificates(dir: &Path) -> Result<PathBuf, String> {
    let extensions = "subjectAltName=DNS:localhost\nbasicConstraints=critical,CA:FALSE\n\
        keyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n\
        crlDistributionPoints=URI:http://localhost/authority.crl\n";
    fs::write(dir.join("leaf.cnf"), extensions)
        .map_err(|error| format!("{} cannot be written: {error}", dir.display()))?;
    let curve = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
    ];
    let mut authority = openssl(dir, &["req", "-x509"]);
    authority
        .args(curve)
        .args(["-days", "90", "-subj", "/CN=Hotaru test authority"])
        .args(["-addext", "keyUsage=critical,keyCertSign,cRLSign"])
        .args(["-keyout", "authority.key", "-out", "authority.pem"]);
    let mut asked = openssl(dir, &["req"]);
    asked.args(curve).args(["-subj", "/CN=localhost"]).args([
        "-keyout",
        "key.pem",
        "-out",
        "asked.pem",
    ]);
    let mut made = openssl(dir, &["x509", "-req", "-days", "90", "-in", "asked.pem"]);
    made.args(["-CA", "authority.pem", "-CAkey", "authority.key"])
        .args([
            "-CAcreateserial",
            "-extfile",
            "leaf.cnf",
            "-out",
            "cert.pem",
        ]);
    for command in [&mut authority, &mut asked, &mut made] {
        let made = command.output();
        let made = made.map_err(|error| format!("openssl cannot be started: {error}"))?;
        if !made.status.success() {
            let why = String::from_utf8_lossy(&made.stderr);
            return Err(format!("openssl makes no test certificate: {why}"));
        }
    }
    Ok(dir.join("authority.pem"))
}

fn openssl(dir: &Path, words: &[&str]) -> Command {
    let mut command = Command::new("openssl");
    command.args(words).current_dir(dir);
    command
}

/// Runs the scanner; what it ends with says how bad it was, which [`judge`] reads from the file.
fn look(scan: Scan, port: &str, authority: &Path, found: &Path) -> Done {
    eprintln!("── testssl.sh on a server with a certificate of: {scan:?}");
    let mut scanner = Command::new("testssl");
    scanner
        .args(["--quiet", "--color", "0", "--warnings", "batch"])
        .args(["--nodns", "none", "--ip", "127.0.0.1", "--jsonfile"])
        .arg(found);
    if scan == Scan::Authority {
        scanner.arg("--add-ca").arg(authority);
    }
    scanner
        .arg(format!("localhost:{port}"))
        .current_dir(root())
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let status = scanner.status();
    status.map_or_else(
        |error| {
            Err(format!(
                "testssl cannot be started: {error}; apt-get install testssl.sh"
            ))
        },
        |_| Ok(()),
    )
}

/// Reads what was found.
fn judge(scan: Scan, found: &Path) -> Done {
    let unreadable = |why: String| format!("{} cannot be read: {why}", found.display());
    let text = fs::read(found).map_err(|error| unreadable(error.to_string()))?;
    let findings: Vec<Value> =
        serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string()))?;
    let field = |finding: &Value, key: &str| {
        let text = finding.get(key).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let mut bad = Vec::new();
    for finding in &findings {
        let (id, severity) = (field(finding, "id"), field(finding, "severity"));
        if matches!(severity.as_str(), "OK" | "INFO" | "LOW" | "DEBUG") {
            continue;
        }
        let line = format!("{severity} {id}: {}", field(finding, "finding"));
        let mut reasoned = REASONED.iter();
        match reasoned.find(|(name, of, _)| *name == id && of.contains(&scan)) {
            Some((_, _, why)) => eprintln!("   {line}\n     but {why}"),
            None => bad.push(line),
        }
    }
    // A scan that broke off found nothing, either.
    for wanted in [
        "TLS1_2",
        "TLS1_3",
        "heartbleed",
        "cert_commonName",
        "scanTime",
    ] {
        let is_there = |finding: &Value| field(finding, "id").starts_with(wanted);
        if !findings.iter().any(is_there) {
            bad.push(format!("the scan says nothing of {wanted}; it broke off"));
        }
    }
    if bad.is_empty() {
        eprintln!("   {scan:?}: {} findings, none above LOW", findings.len());
        Ok(())
    } else {
        Err(format!(
            "testssl.sh finds of {scan:?}:\n  {}\nall of it: {}",
            bad.join("\n  "),
            found.display()
        ))
    }
}
