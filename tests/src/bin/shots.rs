//! Pictures of every screen of both programs: `shots DIR`; of locks and erasing alone,
//! `shots DIR locks`; of signing in alone, `shots DIR sign-in`.
//!
//! The sample class is pushed and synced with real processes; the windows then draw that
//! profile and that desk, without a display: light and dark, 100 and 200 %, in Japanese and
//! Vietnamese, from 1024x600 to 1920x1080.

use std::path::PathBuf;

use hotaru_tests::Failure;
use hotaru_tests::scenes::{self, Camera, SIZE, Worn};
use hotaru_ui::look::Appearance;
use hotaru_ui::words::Language;

/// The smallest window that is promised, the usual one, and a large one, in points.
const SIZES: [[f32; 2]; 3] = [SIZE, [1024.0, 600.0], [1920.0, 1080.0]];

fn main() -> Result<(), Failure> {
    let dir = PathBuf::from(
        std::env::args()
            .nth(1)
            .ok_or("usage: shots DIR [locks|sign-in|few]")?,
    );
    std::fs::create_dir_all(&dir)?;
    let only = std::env::args().nth(2);
    let looks = looks(only.is_some());
    let mut camera = Camera {
        dir: Some(dir.clone()),
        ..Camera::default()
    };
    match only.as_deref() {
        Some("locks") => scenes::locks(&mut camera, &looks)?,
        Some("sign-in") => scenes::sign_in(&mut camera, &looks)?,
        _ => scenes::all(&mut camera, &looks)?,
    }
    println!("{} pictures in {}", camera.count, dir.display());
    if camera.faults.is_empty() {
        Ok(())
    } else {
        Err(camera.faults.join("\n").into())
    }
}

/// Every look; a few of them for a part of the screens.
fn looks(is_few: bool) -> Vec<Worn> {
    let mut looks = Vec::new();
    for (size, language) in SIZES
        .into_iter()
        .flat_map(|size| [Language::Japanese, Language::Vietnamese].map(|of| (size, of)))
    {
        if is_few && (size != SIZE || language != Language::Japanese) {
            continue;
        }
        for appearance in [Appearance::Light, Appearance::Dark] {
            for percent in [100, 200] {
                looks.push(Worn::new(appearance, percent, language, size));
            }
        }
    }
    looks
}
