// Runs once a page load beside Streamlit: keeps links within the session, writes pictures of charts,
// and says Streamlit's own words in Chinese. Needs no other file and asks no other host.

const CHINESE = {
  "Choose an option": "请选择", "Choose options": "请选择", "Select...": "请选择", "Select all": "全选",
  "Clear all": "全部清除", "Clear value": "清除", "Clear selection": "取消选中", "No results": "没有匹配项",
  "No options to select": "没有可选项", "No options to select.": "没有可选项", "No options": "没有可选项",
  "Type to search": "输入以查找", "Search": "查找", "Close Search": "关闭查找", "Next Result": "下一个",
  "Previous Result": "上一个", "Fullscreen": "全屏", "Close fullscreen": "退出全屏",
  "Enter fullscreen": "全屏", "Exit fullscreen": "退出全屏", "Show/hide columns": "显示或隐藏列",
  "Download as CSV": "下载 CSV", "Sort ascending": "升序", "Sort descending": "降序", "Pin column": "固定此列",
  "Unpin column": "取消固定", "Hide column": "隐藏此列", "Autosize": "自动列宽", "Format": "数字格式",
  "Statistics": "统计", "Copy column name": "复制列名", "Copy": "复制", "Copied": "已复制", "Automatic": "自动",
  "Plain": "原样", "Localized": "本地格式", "Percent": "百分比", "Compact": "简写", "Accounting": "会计格式",
  "Scientific": "科学计数", "Dollar": "美元", "Euro": "欧元", "Yen": "日元", "Count": "计数", "Empty": "空值",
  "Distinct": "不同值", "Minimum": "最小值", "Maximum": "最大值", "Average": "平均值", "Median": "中位数",
  "Sum": "合计", "Standard deviation": "标准差", "Range": "范围", "Values": "取值", "empty": "无内容",
  "Distribution histogram": "分布图", "Top values frequency chart": "常见值", "Based on sample": "据抽样",
  "Dataframe column menu": "列菜单", "Running...": "正在计算", "Running": "正在计算", "Stop": "停止",
  "Rerun": "重新计算", "Always rerun": "总是重新计算", "Connecting": "正在连接", "CONNECTING": "正在连接",
  "Connection error": "连接中断", "Connection closed": "连接已关闭", "Is Streamlit still running?": "服务可能已停止",
  "Page not found": "没有这个页面", "Close": "关闭", "Cancel": "取消", "Open": "展开", "Main menu": "主菜单",
  "Collapse sidebar": "收起侧栏", "Expand sidebar": "展开侧栏", "Sidebar": "侧栏", "App pages": "页面",
  "Skip to main content": "跳到正文", "View more": "展开更多", "View less": "收起", "Toolbar action": "工具",
  "Print": "打印", "Logo": "标志", "Navigate to home page": "回到首页", "Dismiss": "关闭",
  "Download plot as a PNG": "下载图片", "Settings": "设置", "Theme": "外观", "Light": "浅色", "Dark": "深色",
  "Use system setting": "跟随系统", "Loading...": "正在读取", "Download failed": "下载失败",
  "Drag and drop files here": "把文件拖到这里", "Drag and drop a file here": "把文件拖到这里", "Browse files": "选择文件",
  "Upload": "选择文件", "Uploading": "正在上传", "Remove file": "移除文件", "Show more files": "显示更多文件",
  "Selectbox options": "选项", "Multiselect options": "选项", "Show suggestions": "显示选项",
  "Streamlit server is not responding. Are you connected to the internet?": "服务没有响应，请检查网络或联系管理员",
  "Unable to connect to Streamlit server": "无法连接服务", "Connecting to Streamlit server": "正在连接服务",
};
const PATTERNS = [
  [/^.*Running the app's main page\.$/, "没有这个页面，已打开首页。"],
  [/^(\d+) options? available\.$/, "$1 个选项"],
  [/^Fullscreen: /, "全屏："],
  [/^Clear selection: /, "取消选中："],
  [/^Limit (\d+)\s?MB per file.*$/, "每个文件不超过 $1 MB"],
  [/^(\d+)\s?MB per file.*$/, "每个文件不超过 $1 MB"],
  [/^Remove (.+)$/, "移除 $1"],
  [/^File must be (.+) or smaller\.?$/, "文件不能超过 $1"],
  [/^(\d+) more files?$/, "还有 $1 个文件"],
];
const ATTRIBUTES = ["placeholder", "aria-label", "title", "alt"];

// Kept on the window: Streamlit may load this module anew, but the listeners are those of the first time.
const shared = (window.liandong ??= { go: null, chinese: true, listening: false });

function translated(text) {
  const key = text.trim();
  if (!/[A-Za-z]/.test(key)) return null;
  if (Object.hasOwn(CHINESE, key)) return text.replace(key, CHINESE[key]);
  const found = PATTERNS.find(([pattern]) => pattern.test(key));
  return found ? key.replace(...found) : null;
}

function translate(node) {
  if (node.nodeType === Node.TEXT_NODE) {
    const text = translated(node.data);
    if (text !== null) node.data = text;
    return;
  }
  if (node.nodeType !== Node.ELEMENT_NODE || node.closest(".js-plotly-plot")) return;
  for (const name of ATTRIBUTES) {
    const text = node.hasAttribute(name) ? translated(node.getAttribute(name)) : null;
    if (text !== null) node.setAttribute(name, text);
  }
  for (const child of node.childNodes) translate(child);
}

// The phone's selection bar: once opened it stays open, though each choice brings a new line to fold it.
function keepOpen() {
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.(".ld-fold") && event.target.isConnected) shared.unfolded = event.target.open;
  }, true);
  new MutationObserver(() => {
    const fold = shared.unfolded && document.querySelector(".ld-fold");
    if (fold && !fold.open) fold.open = true;
  }).observe(document.body, { childList: true, subtree: true });
}

function watch() {
  new MutationObserver((changes) => {
    if (!shared.chinese) return;
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(translate);
      else if (change.type === "characterData") translate(change.target);
      else {
        const text = translated(change.target.getAttribute(change.attributeName) ?? "");
        if (text !== null) change.target.setAttribute(change.attributeName, text);
      }
    }
  }).observe(document.body, {
    childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
  });
}

// A link within the dashboard becomes a message to the server: no new session, no reload.
function follow(event) {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest?.("a.ld-go");
  if (link && shared.go) {
    event.preventDefault();
    shared.go(link.getAttribute("href"));
  }
}

// A table's rows in the order of one column: first downwards for numbers, upwards for words, then the other way.
function sort(event) {
  const button = event.target.closest?.("button.ld-sort");
  if (!button) return;
  const head = button.closest("th");
  const place = [...head.parentNode.children].indexOf(head);
  const body = head.closest("table").tBodies[0];
  const numeric = head.classList.contains("ld-number");
  const before = head.getAttribute("aria-sort");
  const down = before ? before === "ascending" : numeric;
  for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const value = (row) => row.cells[place].dataset.v ?? (numeric ? null : row.cells[place].innerText);
  const compare = (one, two) => {
    const [a, b] = [value(one), value(two)];
    if (a === null || b === null) return (a === null) - (b === null); // what is missing stands last
    const order = numeric ? a - b : a.localeCompare(b, "zh-CN", { numeric: true });
    return down ? -order : order;
  };
  body.append(...[...body.rows].sort(compare));
}

// Plotly's own camera button, pressed by us: it alone can reach Plotly's toImage. What a picture adds
// (title, caption, margins) comes from the figure and is put on for the moment of the picture.
function picture(event) {
  const button = event.target.closest?.("button.ld-export");
  const graph = button?.closest('[class*="st-key-ld-chart"]')?.querySelector(".js-plotly-plot");
  const camera = graph?.querySelector(".modebar-btn");
  if (!camera) return;
  const added = graph.layout.meta?.[0] ?? {};
  const kept = {};
  for (const name of Object.keys(added)) {
    kept[name] = graph.layout[name];
    graph.layout[name] = structuredClone(added[name]);
  }
  graph._context.toImageButtonOptions = {
    format: button.dataset.format, filename: button.dataset.file, width: added.width, height: added.height,
    scale: button.dataset.format === "svg" ? 1 : 2,
  };
  camera.click();
  for (const [name, value] of Object.entries(kept)) {
    if (value === undefined) delete graph.layout[name];
    else graph.layout[name] = value;
  }
}

// One step of the viewer is one step back. Streamlit writes the address once for the parameters and once
// for the page, and again where the server completes it: what follows a first entry only amends it.
function oneStepBack() {
  const push = history.pushState.bind(history);
  let moved = false; // since the last entry the viewer did something
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { moved = true; }, true);
  addEventListener("popstate", () => { moved = false; }, true);
  history.pushState = (state, unused, url) => {
    if (moved) push(state, unused, url);
    else history.replaceState(state, unused, url);
    moved = false;
  };
}

// Charts keep the width of the screen when it is printed: the style sheet lays the page out as wide as it
// stands there and shrinks it to the paper (A4 lying, 277 mm between its margins).
const PAPER = (277 / 25.4) * 96;
function onPaper() {
  const page = document.querySelector(".stMainBlockContainer");
  if (!page || matchMedia("print").matches) return;
  const style = getComputedStyle(page);
  const width = page.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  document.documentElement.style.setProperty("--ld-paper-width", `${Math.ceil(width)}px`);
  document.documentElement.style.setProperty("--ld-paper-zoom", Math.min(1, PAPER / width));
}

export default function ({ data, setTriggerValue }) {
  shared.go = (address) => setTriggerValue("go", address);
  shared.chinese = data.language === "zh";
  document.documentElement.lang = shared.chinese ? "zh-CN" : "en";
  if (shared.chinese) translate(document.body);
  if (shared.listening) return;
  shared.listening = true;
  document.addEventListener("click", follow);
  document.addEventListener("click", picture);
  document.addEventListener("click", sort);
  addEventListener("beforeprint", onPaper);
  oneStepBack();
  keepOpen();
  watch();
}
