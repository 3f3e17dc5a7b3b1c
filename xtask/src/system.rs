//! The system packages that a build, a test or a window needs.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::run::{Done, is_here, run};

/// What the machine is wanted for; each includes the ones before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// To build the programs.
    Build,
    /// To push the sample class as well.
    Demo,
    /// To show a window.
    Window,
    /// To run every test.
    Test,
    /// To hold the programs against tools of others.
    Prove,
}

/// One Debian package: what it is for, and what shows that it is here.
struct Package {
    name: &'static str,
    purpose: Purpose,
    here: Here,
}

enum Here {
    /// A program on the path.
    Program(&'static str),
    /// Any of these files.
    File(&'static [&'static str]),
    /// A library that pkg-config knows.
    Library(&'static str),
}

const PACKAGES: &[Package] = &[
    Package {
        name: "pkg-config",
        purpose: Purpose::Build,
        here: Here::Program("pkg-config"),
    },
    Package {
        name: "libasound2-dev",
        purpose: Purpose::Build,
        here: Here::Library("alsa"),
    },
    Package {
        name: "nasm",
        purpose: Purpose::Build,
        here: Here::Program("nasm"),
    },
    // Cuts recordings into parts, and converts what is not AV1 and Opus.
    Package {
        name: "ffmpeg",
        purpose: Purpose::Demo,
        here: Here::Program("ffmpeg"),
    },
    Package {
        name: "libgl1-mesa-dri",
        purpose: Purpose::Window,
        here: Here::File(&[
            "/usr/lib/x86_64-linux-gnu/dri/swrast_dri.so",
            "/usr/lib/aarch64-linux-gnu/dri/swrast_dri.so",
            "/usr/lib/x86_64-linux-gnu/dri/libdril_dri.so",
        ]),
    },
    Package {
        name: "libgl1",
        purpose: Purpose::Window,
        here: Here::File(&[
            "/usr/lib/x86_64-linux-gnu/libGL.so.1",
            "/usr/lib/aarch64-linux-gnu/libGL.so.1",
        ]),
    },
    Package {
        name: "libegl1",
        purpose: Purpose::Window,
        here: Here::File(&[
            "/usr/lib/x86_64-linux-gnu/libEGL.so.1",
            "/usr/lib/aarch64-linux-gnu/libEGL.so.1",
        ]),
    },
    Package {
        name: "libxkbcommon-x11-0",
        purpose: Purpose::Window,
        here: Here::File(&[
            "/usr/lib/x86_64-linux-gnu/libxkbcommon-x11.so.0",
            "/usr/lib/aarch64-linux-gnu/libxkbcommon-x11.so.0",
        ]),
    },
    Package {
        name: "libx11-xcb1",
        purpose: Purpose::Window,
        here: Here::File(&[
            "/usr/lib/x86_64-linux-gnu/libX11-xcb.so.1",
            "/usr/lib/aarch64-linux-gnu/libX11-xcb.so.1",
        ]),
    },
    Package {
        name: "libxcursor1",
        purpose: Purpose::Window,
        here: Here::File(&[
            "/usr/lib/x86_64-linux-gnu/libXcursor.so.1",
            "/usr/lib/aarch64-linux-gnu/libXcursor.so.1",
        ]),
    },
    Package {
        name: "libxi6",
        purpose: Purpose::Window,
        here: Here::File(&[
            "/usr/lib/x86_64-linux-gnu/libXi.so.6",
            "/usr/lib/aarch64-linux-gnu/libXi.so.6",
        ]),
    },
    Package {
        name: "libxrandr2",
        purpose: Purpose::Window,
        here: Here::File(&[
            "/usr/lib/x86_64-linux-gnu/libXrandr.so.2",
            "/usr/lib/aarch64-linux-gnu/libXrandr.so.2",
        ]),
    },
    Package {
        name: "libwayland-client0",
        purpose: Purpose::Window,
        here: Here::File(&[
            "/usr/lib/x86_64-linux-gnu/libwayland-client.so.0",
            "/usr/lib/aarch64-linux-gnu/libwayland-client.so.0",
        ]),
    },
    // Screens are drawn in tests without a display and without a GPU.
    Package {
        name: "mesa-vulkan-drivers",
        purpose: Purpose::Test,
        here: Here::File(&[
            "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json",
            "/usr/share/vulkan/icd.d/lvp_icd.aarch64.json",
            "/usr/share/vulkan/icd.d/lvp_icd.json",
        ]),
    },
    Package {
        name: "libvulkan1",
        purpose: Purpose::Test,
        here: Here::File(&[
            "/usr/lib/x86_64-linux-gnu/libvulkan.so.1",
            "/usr/lib/aarch64-linux-gnu/libvulkan.so.1",
        ]),
    },
    // For libFuzzer.
    Package {
        name: "g++",
        purpose: Purpose::Test,
        here: Here::Program("c++"),
    },
    Package {
        name: "xvfb",
        purpose: Purpose::Test,
        here: Here::Program("Xvfb"),
    },
    Package {
        name: "xdotool",
        purpose: Purpose::Test,
        here: Here::Program("xdotool"),
    },
    Package {
        name: "zstd",
        purpose: Purpose::Test,
        here: Here::Program("zstd"),
    },
    // A keyring on a bus of its own, for the test of the one that holds a terminal's keys.
    Package {
        name: "dbus",
        purpose: Purpose::Test,
        here: Here::Program("dbus-run-session"),
    },
    Package {
        name: "gnome-keyring",
        purpose: Purpose::Test,
        here: Here::Program("gnome-keyring-daemon"),
    },
    // Verifies a certificate of erasure without anything of ours.
    Package {
        name: "python3",
        purpose: Purpose::Test,
        here: Here::Program("python3"),
    },
    // Run the OpenID provider that a test signs in at.
    Package {
        name: "nodejs",
        purpose: Purpose::Test,
        here: Here::Program("node"),
    },
    Package {
        name: "npm",
        purpose: Purpose::Test,
        here: Here::Program("npm"),
    },
    // Scans the school's server; run, never linked with.
    Package {
        name: "testssl.sh",
        purpose: Purpose::Prove,
        here: Here::Program("testssl"),
    },
    Package {
        name: "openssl",
        purpose: Purpose::Prove,
        here: Here::Program("openssl"),
    },
];

/// Installs what is missing for a purpose, or says what to install.
pub fn ensure(purpose: Purpose) -> Done {
    let missing: Vec<&str> = PACKAGES
        .iter()
        .filter(|package| package.purpose <= purpose && !package.here.is_true())
        .map(|package| package.name)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !cfg!(target_os = "linux") {
        // macOS and Windows bring their own sound, graphics and fonts.
        eprintln!("xtask: to build here, have nasm on the path; to push recordings, ffmpeg");
        return Ok(());
    }
    let list = missing.join(" ");
    if !is_here("apt-get") {
        return Err(format!(
            "these Debian packages are missing: {list}; install what your system calls them, then run this again"
        ));
    }
    let as_root = is_root();
    if !as_root && !is_here("sudo") {
        return Err(format!(
            "run as root: apt-get install {list}; then run this again"
        ));
    }
    let apt = |args: &[&str]| {
        let mut command = if as_root {
            Command::new("apt-get")
        } else {
            let mut sudo = Command::new("sudo");
            sudo.arg("apt-get");
            sudo
        };
        command
            .args(args)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command
    };
    run("reading the package lists", &mut apt(&["update", "-q"]))?;
    let mut install = apt(&["install", "-y", "-q", "--no-install-recommends"]);
    install.args(&missing);
    run(&format!("installing {list}"), &mut install)
        .map_err(|why| format!("{why}; by hand: apt-get install {list}"))
}

impl Here {
    fn is_true(&self) -> bool {
        match self {
            Self::Program(name) => is_here(name),
            Self::File(paths) => paths.iter().any(|path| Path::new(path).exists()),
            Self::Library(name) => Command::new("pkg-config")
                .args(["--exists", name])
                .status()
                .is_ok_and(|status| status.success()),
        }
    }
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
