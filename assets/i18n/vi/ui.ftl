# Words of the shared components. Short, kind, readable by a child.

subject-japanese = Tiếng Nhật
subject-social = Xã hội
subject-mathematics = Toán
subject-science = Khoa học
subject-english = Tiếng Anh
subject-living = Đời sống
subject-music = Âm nhạc
subject-art = Mỹ thuật
subject-home = Gia chánh
subject-pe = Thể dục
subject-moral = Đạo đức
subject-integrated = Học tổng hợp

button-undo = Hoàn tác
button-close = Đóng
choice-right = Đúng
choice-wrong = Chưa đúng
choice-answer = Đáp án
toast-seconds = Còn { $seconds } giây
nav-label = Menu
link-opens = { $words } (liên kết)
text-size = Cỡ chữ
text-size-percent = { $percent }%
text-size-sample = Aăâ 漢字

progress-percent = { $percent }%

state-ready = Đã có đủ
state-partial = Đã có { $here }/{ $all }
state-waiting = Chưa về đến máy
state-newer = Cần ứng dụng mới hơn

key-space = Dấu cách
key-enter = Enter
key-escape = Esc
key-arrows = ← →

viewer-zoom-in = Phóng to
viewer-zoom-out = Thu nhỏ
viewer-fit = Vừa màn hình
viewer-page = Trang { $page }/{ $pages }
viewer-page-next = Trang sau
viewer-page-previous = Trang trước
viewer-opening = Đang mở
photo-label = Ảnh { $name }
photo-broken = Ảnh này bị hỏng, không mở được. Em hãy báo thầy cô.
photo-unknown = Loại ảnh này không mở được. Em hãy báo thầy cô.
photo-too-large = Ảnh này lớn quá, không mở được. Em hãy báo thầy cô.
pdf-label = Phiếu học tập { $name }
pdf-broken = Phiếu học tập này bị hỏng, không mở được. Em hãy báo thầy cô.
pdf-locked = Phiếu học tập này có mật khẩu, không mở được. Em hãy báo thầy cô.
pdf-too-large = Phiếu học tập này lớn quá, không mở được. Em hãy báo thầy cô.
pdf-too-many-pages = Phiếu học tập này nhiều trang quá, không mở được. Em hãy báo thầy cô.
pdf-page-broken = Trang này không xem được. Các trang khác vẫn xem được.
viewer-out-of-memory = Bây giờ chưa mở được. Em hãy đóng ứng dụng rồi mở lại.

pad-back = Xóa một ô
hold-seconds = Giữ thêm { $seconds } giây nữa
picture-star = Ngôi sao
picture-moon = Mặt trăng
picture-sun = Mặt trời
picture-cloud = Đám mây
picture-flower = Bông hoa
picture-tree = Cái cây
picture-fish = Con cá
picture-rabbit = Con thỏ
picture-apple = Quả táo
picture-house = Ngôi nhà
picture-boat = Con thuyền
picture-car = Ô tô
picture-umbrella = Cái ô
picture-ball = Quả bóng
picture-book = Quyển sách
picture-key = Chìa khóa
language-unreviewed = Chưa có người bản ngữ nào xem lại những lời này.

find-open = Tìm
find-words = Từ cần tìm
find-previous = Chỗ trước
find-next = Chỗ sau
find-place = { $place } / { $all }
find-none = Không tìm thấy.
