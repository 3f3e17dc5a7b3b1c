//! What playing a recording costs: `cargo run --release --example player_cost -- FILE…`
//!
//! Plays up to 20 s of the parts without sound and without a window, then says the processor
//! time and the memory that it took, from Linux' `/proc`.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use hotaru_ui::player::{FileSource, Player, PlayerOptions, PlayerState};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let context = egui::Context::default();
    let options = PlayerOptions {
        start_ms: 0,
        sound: false,
    };
    let memory_before = memory_kib()?;
    let opening = Instant::now();
    let mut player = Player::open(&context, Box::new(FileSource::new(paths)), &options);
    while player.image().is_none() {
        if let PlayerState::Failed(error) = player.state() {
            return Err(error.into());
        }
        player.update(&context);
        std::thread::sleep(Duration::from_millis(1));
    }
    println!("first frame after {:?}", opening.elapsed());

    let (start, cpu_before) = (Instant::now(), processor_seconds()?);
    let mut pictures = 0;
    let mut last = std::ptr::null();
    let mut memory = 0;
    player.play();
    while start.elapsed() < Duration::from_secs(20) && player.state() != PlayerState::Ended {
        player.update(&context);
        let image = player
            .image()
            .map_or(std::ptr::null(), |image| image.pixels.as_ptr());
        if image != last {
            (last, pictures) = (image, pictures + 1);
        }
        memory = memory.max(memory_kib()?);
        std::thread::sleep(Duration::from_millis(4));
    }
    let (took, cpu) = (
        start.elapsed().as_secs_f64(),
        processor_seconds()? - cpu_before,
    );
    println!(
        "{pictures} pictures in {took:.1} s, {} ms of media",
        player.position_ms()
    );
    println!("processor: {:.1} % of one core", cpu / took * 100.0);
    println!(
        "memory: {} KiB more at most (RssAnon)",
        memory.saturating_sub(memory_before)
    );

    let mut worst = Duration::ZERO;
    let length = player.duration_ms().unwrap_or(0);
    for step in 0..20 {
        let seek = Instant::now();
        player.seek_ms(length * (step * 7 % 20) / 20 + 13);
        while player.is_seeking() {
            player.update(&context);
            std::thread::sleep(Duration::from_millis(1));
        }
        worst = worst.max(seek.elapsed());
    }
    println!("worst of 20 seeks: {worst:?}");
    Ok(())
}

fn processor_seconds() -> Result<f64, Box<dyn std::error::Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace();
    // The 14th and 15th field, in ticks of 10 ms; two are before the bracket.
    let ticks: f64 = fields
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum();
    Ok(ticks / 100.0)
}

fn memory_kib() -> Result<u64, Box<dyn std::error::Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"))
        .unwrap_or_default();
    Ok(line.split_whitespace().next().unwrap_or("0").parse()?)
}
