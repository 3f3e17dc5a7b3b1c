# Sentences while materials are made. Teachers read them.

## Files
publish-file-unreadable = Không đọc được “{ $file }” ({ $cause }). Hãy kiểm tra xem tệp có còn và có mở được không.
publish-file-folder = “{ $file }” là thư mục. Hãy thêm các tệp ở bên trong.
publish-file-empty = “{ $file }” có 0 byte. Hãy sao chép lại từ nơi gốc.
publish-file-unknown = “{ $file }” có định dạng không làm tài liệu được. Hãy dùng JPEG, PNG, PDF, MP4, Markdown, văn bản, CSV hoặc TSV.
publish-file-office = “{ $file }” là tệp văn phòng (Word, Excel…). Hãy lưu thành PDF rồi thêm tệp PDF đó.
publish-file-cancelled = Đã dừng “{ $file }”. Khi cần, hãy thêm lại.
publish-file-scratch = Không có chỗ để chuyển đổi “{ $file }” ({ $cause }). Hãy dọn bớt ổ đĩa của máy tính này.

## Photos
publish-photo-empty = Ảnh “{ $file }” có 0 byte. Hãy sao chép lại từ máy ảnh.
publish-photo-truncated = Ảnh “{ $file }” bị cắt giữa chừng. Hãy sao chép lại từ máy ảnh.
publish-photo-broken = Không đọc được ảnh “{ $file }” ({ $cause }). Hãy chụp lại hoặc lưu lại.
publish-photo-not-photo = “{ $file }” có tên như ảnh nhưng bên trong không phải ảnh. Hãy kiểm tra lại tệp.
publish-photo-heic = “{ $file }” là ảnh HEIC. Trên iPhone hoặc iPad, hãy chọn Cài đặt → Camera → Định dạng → Tương thích nhất rồi chụp, hoặc thêm ảnh đã lưu thành JPEG.
publish-photo-form = “{ $file }” là ảnh dạng { $form }. Hãy lưu thành JPEG hoặc PNG rồi thêm vào.
publish-photo-too-large = Ảnh “{ $file }” nặng { $megabytes } MB, quá 50 MB. Hãy lưu ảnh nhỏ hơn.
publish-photo-too-many-pixels = Ảnh “{ $file }” có { $megapixels } megapixel; nhiều nhất là 64. Hãy lưu ảnh nhỏ hơn.

## Handouts
publish-handout-empty = Phiếu học tập “{ $file }” có 0 byte. Hãy lưu lại.
publish-handout-truncated = PDF “{ $file }” bị cắt giữa chừng. Hãy lưu hoặc sao chép lại.
publish-handout-encrypted = PDF “{ $file }” có mật khẩu. Hãy lưu không có mật khẩu.
publish-handout-broken = Không đọc được “{ $file }” như một tệp PDF. Hãy lưu lại thành PDF.
publish-handout-too-large = PDF “{ $file }” nặng { $megabytes } MB, quá 64 MiB. Hãy lưu nhỏ hơn hoặc chia làm hai.
publish-handout-too-many-pages = PDF “{ $file }” có { $pages } trang, quá 500 trang. Hãy chia nhỏ.

## Recordings
publish-recording-empty = Video “{ $file }” có 0 byte. Hãy sao chép lại từ máy quay.
publish-recording-not-video = “{ $file }” có tên như video nhưng bên trong không phải video. Hãy kiểm tra lại tệp.
publish-recording-truncated = Video “{ $file }” bị cắt giữa chừng. Hãy sao chép lại từ máy quay.
publish-recording-broken = Không đọc được video “{ $file }” ({ $cause }). Hãy lưu lại thành MP4.
publish-recording-no-picture = Video “{ $file }” không có hình. Hãy bật camera khi quay.
publish-recording-too-large = Video “{ $file }” nặng { $megabytes } MB, quá 4 GiB. Hãy chia làm hai.
publish-recording-too-long = Video “{ $file }” dài { $minutes } phút, quá 3 giờ. Hãy chia làm hai.
publish-recording-needs-ffmpeg = Máy của học sinh không phát được video “{ $file }” ({ $form }), và máy tính này không có ffmpeg để chuyển đổi. Hãy cài ffmpeg, hoặc lưu thành MP4 với AV1 và Opus.
publish-recording-ffmpeg-lacks = Video “{ $file }” cần được chuyển đổi, nhưng ffmpeg trên máy tính này không ghi được AV1 và Opus. Hãy cài ffmpeg 5 trở lên có libsvtav1 và libopus.
publish-recording-ffmpeg-failed = Không chuyển đổi được video “{ $file }” ({ $cause }). Hãy kiểm tra xem máy tính này có phát được không.

## Captions
publish-captions-broken = Không đọc được dòng { $line } trong phụ đề “{ $captions }” của “{ $file }”. Hãy sửa dòng đó hoặc bỏ tệp phụ đề.
publish-captions-too-large = Phụ đề “{ $captions }” của “{ $file }” quá 1 MiB. Hãy kiểm tra lại tệp.
publish-captions-alone = “{ $file }” là phụ đề. Hãy đặt tên giống video, để cùng chỗ với video rồi thêm video.

## Texts
publish-text-empty = “{ $file }” không có chữ nào. Hãy viết rồi lưu lại.
publish-text-too-large = Bài đọc “{ $file }” quá 1 MiB. Hãy chia nhỏ.
publish-text-binary = “{ $file }” không phải văn bản. Hãy kiểm tra lại tệp.
publish-text-encoding = Không biết bảng mã của bài đọc “{ $file }”. Hãy lưu bằng UTF-8.

## Drills
publish-drill-empty = Bài luyện tập “{ $file }” không có câu hỏi. Từ dòng 2, hãy viết mỗi dòng một câu.
publish-drill-too-large = Bài luyện tập “{ $file }” quá 16 MiB. Hãy chia nhỏ.
publish-drill-too-many-items = Bài luyện tập “{ $file }” có { $items } câu, quá 10.000 câu. Hãy chia nhỏ.
publish-drill-no-column = Dòng đầu của “{ $file }” không có cột { publish-column }. Hãy viết tên cột ở dòng đầu.
publish-drill-column-twice = Dòng đầu của “{ $file }” có hai cột { publish-column }. Hãy chỉ để một cột.
publish-drill-rows = Bài luyện tập “{ $file }” có { $broken } dòng cần sửa. Hãy sửa rồi thêm lại tệp.
publish-drill-refused = Bài luyện tập “{ $file }” không dùng được ({ $cause }).

## Names of a drill’s columns (used in other sentences)
publish-column = { $column ->
    [id] “id” (mã số)
    [kind] “kind” (loại câu)
    [question] “question” (câu hỏi)
    [choices] “choices” (các lựa chọn)
    [answer] “answer” (đáp án)
    [explanation] “explanation” (lời giải)
    [skill] “skill” (kỹ năng)
    [level] “level” (mức độ)
   *[other] “{ $column }”
}

## Rows of a drill
publish-row-open-quote = Dòng { $row }: dấu ngoặc kép (") chưa đóng. Hãy đóng lại.
publish-row-too-many-cells = Dòng { $row }: có { $found } ô, nhiều hơn { $most } ô của dòng đầu. Ô có chứa ký tự phân cách thì hãy đặt trong dấu ngoặc kép (").
publish-row-missing = Dòng { $row }: cột { publish-column } còn trống. Hãy viết vào.
publish-row-too-long = Dòng { $row }: cột { publish-column } dài quá 4.000 ký tự. Hãy viết ngắn lại.
publish-row-bad-id = Dòng { $row }: mã số (id) dài nhất là 64 byte. Hãy viết ngắn lại.
publish-row-id-twice = Dòng { $row }: mã số (id) “{ $id }” trùng với dòng { $earlier }. Hãy đổi một trong hai.
publish-row-bad-kind = Dòng { $row }: không có loại câu “{ $kind }”. Hãy viết choice (chọn một), choices (chọn nhiều), text (viết chữ), number (số) hoặc order (sắp xếp).
publish-row-bad-level = Dòng { $row }: mức độ “{ $level }” không dùng được. Hãy viết từ 1 đến 5.
publish-row-choice-count = Dòng { $row }: có { $found } lựa chọn. Hãy viết từ 2 đến 50 lựa chọn, cách nhau bằng “|”.
publish-row-bad-choice = Dòng { $row }: lựa chọn thứ { $place } còn trống hoặc bị trùng. Hãy sửa lại.
publish-row-not-a-choice = Dòng { $row }: đáp án “{ $answer }” không có trong các lựa chọn. Hãy viết giống hệt lựa chọn.
publish-row-one-answer = Dòng { $row }: câu chọn một nhưng có { $found } đáp án. Hãy viết một đáp án, hoặc đổi loại câu thành choices (chọn nhiều).
publish-row-not-an-order = Dòng { $row }: đáp án phải có đủ mỗi lựa chọn một lần. Hãy viết theo thứ tự đúng, cách nhau bằng “|”.
publish-row-not-a-number = Dòng { $row }: đáp án “{ $answer }” không phải là số. Hãy chỉ viết số, hoặc đổi loại câu thành text (viết chữ).

## Links
publish-link-missing = “{ $file }” không có địa chỉ. Hãy tạo lại liên kết hoặc gõ địa chỉ.
publish-link-bad = Địa chỉ “{ $url }” của “{ $file }” không dùng được. Địa chỉ phải bắt đầu bằng https:// hoặc http://.

## Lessons
publish-lesson-no-materials = Bài học chưa có tài liệu. Hãy thêm ít nhất một tệp, bài đọc hoặc liên kết.
publish-lesson-too-many-materials = Bài học có { $materials } tài liệu, quá 200. Hãy chia làm hai bài.
publish-lesson-no-title = Bài học chưa có tên. Hãy viết tên bài.
publish-lesson-bad-label = { $field ->
    [title] Tên bài
    [unit] Chủ đề
   *[source] Nguồn
} của bài học dài quá 200 ký tự hoặc có ký tự không dùng được. Hãy sửa lại.
publish-lesson-bad-period = Không có tiết { $period }. Hãy chọn từ 1 đến 12.
publish-lesson-expires-early = Hạn của bài học ({ $expires }) trước ngày học ({ $day }). Hãy chọn ngày muộn hơn.
publish-lesson-too-many-revisions = Bài học này đã sửa quá nhiều lần. Hãy phát thành bài học mới.
publish-lesson-refused = Không phát được bài học này ({ $cause }).
publish-lesson-random = Không tạo được mã số cho bài học ({ $cause }). Hãy khởi động lại máy tính.

## Notices
publish-note-photo-scaled = Đã thu nhỏ ảnh còn { $width } × { $height }.
publish-note-photo-turned = Đã xoay ảnh cho đúng chiều.
publish-note-text-encoding = Đã đọc văn bản theo bảng mã { $encoding }.
publish-note-recording-converted = Đã chuyển video sang dạng máy học sinh phát được.
publish-note-recording-no-captions = Video không có phụ đề. Đặt tệp .vtt cùng tên bên cạnh video thì sẽ có phụ đề.
publish-note-recording-no-sound = Video không có tiếng.
