#!/bin/sh
# Makes the clips of this folder again (ffmpeg 5.1 with libsvtav1, libopus, libx264).
set -eu
cd "$(dirname "$0")"

# Top half: the frame's number in binary, 8 blocks of 40 px, the lowest bit at
# the left. Bottom half: one colour, sRGB (200, 60, 40).
PICTURE="color=c=black:s=320x180:r=25:d=3,format=gbrp,geq=\
r='if(lt(Y,90),255*mod(floor(N/pow(2,floor(X/40))),2),200)':\
g='if(lt(Y,90),255*mod(floor(N/pow(2,floor(X/40))),2),60)':\
b='if(lt(Y,90),255*mod(floor(N/pow(2,floor(X/40))),2),40)',\
scale=out_color_matrix=bt709:out_range=tv,format="
TAGS="-color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709"
# Left 440 Hz, right 880 Hz.
SOUND="aevalsrc=0.4*sin(2*PI*440*t)|0.4*sin(2*PI*880*t):s=48000:d=3"
AV1="-c:v libsvtav1 -preset 8 -crf 30 -g 25 -svtav1-params scd=0"
QUIET="-hide_banner -loglevel error -y -fflags +bitexact -flags:v +bitexact -flags:a +bitexact"

ffmpeg $QUIET -f lavfi -i "${PICTURE}yuv420p" -f lavfi -i "$SOUND" $TAGS \
    $AV1 -c:a libopus -b:a 64k -movflags +faststart clip.mp4
ffmpeg $QUIET -i clip.mp4 -c copy -movflags frag_keyframe+delay_moov+default_base_moof clip-fragmented.mp4
# Without an edit list the picture begins as late as the sound's pre-skip.
ffmpeg $QUIET -i clip.mp4 -c copy -movflags frag_keyframe+empty_moov+default_base_moof clip-unedited.mp4
ffmpeg $QUIET -f lavfi -i "${PICTURE}yuv420p10le" -t 0.4 $TAGS $AV1 -an clip-10bit.mp4
ffmpeg $QUIET -f lavfi -i "${PICTURE}yuv420p" -f lavfi -i "$SOUND" -t 0.2 -c:v libx264 -c:a aac clip-h264.mp4
ffmpeg $QUIET -i clip.mp4 -t 1 -c:v copy -c:a aac clip-aac.mp4
ffmpeg $QUIET -i clip.mp4 -vn -c:a copy -t 0.5 sound-only.mp4
