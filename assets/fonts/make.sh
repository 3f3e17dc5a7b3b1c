#!/usr/bin/env bash
# Makes the faces of the screens' other languages: Noto Sans with the Latin letters that
# Vietnamese needs. They are cut down, because they draw the program's own words only; lessons
# and names are drawn with the Japanese faces, which are whole. Needs npm, and Python with
# fonttools: `bash assets/fonts/make.sh`.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for package in noto-sans@0.4.2; do
    (cd "$work" && npm pack --silent "@expo-google-fonts/$package" >/dev/null)
    mkdir "$work/${package%@*}"
    tar xzf "$work/expo-google-fonts-${package/@/-}.tgz" -C "$work/${package%@*}"
done
marks='U+20-7E,U+A0-FF,U+2010-2027,U+2030-205E'
for face in 400Regular:Regular 700Bold:Bold; do
    from=${face%:*} to=${face#*:}
    pyftsubset "$work/noto-sans/package/$from/NotoSans_$from.ttf" \
        --unicodes="$marks,U+100-24F,U+300-303,U+309,U+323,U+1E00-1EFF,U+20AB" \
        --no-hinting --output-file="NotoSans-Latin-$to.ttf"
done
cp "$work/noto-sans/package/LICENSE_FONT" NotoSans-OFL.txt
