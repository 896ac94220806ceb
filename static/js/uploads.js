// Show which files were chosen, with a small picture of each photo, and warn before a slow upload.

const size = (bytes) => (bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

// A data: address, for the content policy allows no blob: images.
const picture = (file) =>
  new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => {
      const image = document.createElement("img");
      image.alt = "";
      image.src = reader.result;
      resolve(image);
    };
    reader.onerror = () => resolve(null);
    reader.readAsDataURL(file);
  });

for (const input of document.querySelectorAll("input[type=file]")) {
  const list = document.querySelector(`[data-chosen-for="${CSS.escape(input.id)}"]`);
  if (!list) continue;
  input.addEventListener("change", async () => {
    list.replaceChildren();
    list.hidden = input.files.length === 0;
    for (const file of input.files) {
      const row = document.createElement("li");
      const image = file.type.startsWith("image/") && file.size < 12582912 ? await picture(file) : null;
      if (image) row.append(image);
      row.append(`${file.name}, ${size(file.size)}`);
      list.append(row);
    }
  });
}
