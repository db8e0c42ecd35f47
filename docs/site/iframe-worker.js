// Lets the site's search run in a page that was opened from a disk, where a browser starts no worker: the worker's
// script runs in a hidden frame instead. Material's own script knows of it by the name IFrameWorker.
if (location.protocol === "file:") {
  window.IFrameWorker = class extends EventTarget {
    constructor(url) {
      super();
      this.waiting = [];
      const frame = document.createElement("iframe");
      frame.hidden = true;
      const text = document.createElement("script");
      text.src = new URL(url, location.href).href;
      frame.srcdoc = `<!doctype html><script>postMessage = (data) => parent.dispatchEvent(
        new CustomEvent("iframe-worker", {detail: data}))<\/script>${text.outerHTML}`;
      addEventListener("iframe-worker", (event) => this.tell(event.detail));
      frame.onload = () => {
        this.frame = frame;
        this.waiting.splice(0).forEach((data) => this.postMessage(data));
      };
      document.body.append(frame);
    }

    postMessage(data) {
      if (this.frame) {
        const {contentWindow} = this.frame;
        contentWindow.dispatchEvent(new contentWindow.MessageEvent("message", {data}));
      } else {
        this.waiting.push(data);
      }
    }

    tell(data) {
      const event = new MessageEvent("message", {data});
      this.dispatchEvent(event);
      this.onmessage?.(event);
    }

    terminate() {
      this.frame?.remove();
    }
  };
  window.Worker = window.IFrameWorker;
}
