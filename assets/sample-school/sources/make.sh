#!/bin/sh
# Rebuilds every made file of the sample class. On Debian 12 or newer it needs:
#   apt-get install chromium ffmpeg npm python3 python3-venv
# Everything else is fetched into sources/build/, which is not committed.
set -eu
cd "$(dirname "$0")"
for tool in chromium ffmpeg npm python3; do
    command -v "$tool" >/dev/null || { echo "$tool is missing: apt-get install chromium ffmpeg npm python3 python3-venv" >&2; exit 1; }
done
mkdir -p build
[ -x build/venv/bin/python ] || python3 -m venv build/venv
build/venv/bin/pip install --quiet "numpy==2.4.6" "pillow==13.0.0" "pyopenjtalk-plus==0.4.1.post10"
npm install --silent --no-save --prefix build \
    @expo-google-fonts/yomogi@0.4.1 @expo-google-fonts/klee-one@0.4.1 @expo-google-fonts/zen-kurenaido@0.4.1
python=build/venv/bin/python
$python drills.py
$python boards.py
$python handouts.py
$python recording.py
$python check.py
