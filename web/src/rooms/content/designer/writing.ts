import type { Editor } from "grapesjs";
import type { Format } from "../editing/visual/protocol";

/** Writing inside a text of the canvas: plain, by the browser's own means. */
export class Writing {
  private place: HTMLElement | undefined;
  private range: Range | undefined;

  constructor(
    private readonly editor: Editor,
    private readonly onChange: () => void,
  ) {
    editor.setCustomRte({
      parseContent: false,
      enable: (element: HTMLElement) => {
        this.begin(element);
        return this;
      },
      disable: (element: HTMLElement) => this.end(element),
      getContent: (element: HTMLElement) => element.innerHTML,
    });
  }

  /** Whether somebody writes just now. */
  get active(): boolean {
    return this.place !== undefined;
  }

  /** Changes how the chosen words look. */
  format(how: Format): void {
    this.run(how);
  }

  /** Makes the chosen words a link. */
  link(address: string): void {
    this.run("createLink", address);
  }

  /** Puts a text where the cursor is. */
  insert(text: string): void {
    this.run("insertText", text);
  }

  private begin(element: HTMLElement): void {
    this.place = element;
    element.contentEditable = "true";
    element.addEventListener("paste", paste);
    element.addEventListener("keydown", this.press);
    element.addEventListener("blur", this.remember);
    element.focus();
    const range = element.ownerDocument.createRange();
    range.selectNodeContents(element);
    range.collapse(false);
    this.choose(range);
    this.onChange();
  }

  private end(element: HTMLElement): void {
    element.contentEditable = "false";
    element.removeEventListener("paste", paste);
    element.removeEventListener("keydown", this.press);
    element.removeEventListener("blur", this.remember);
    this.place = this.range = undefined;
    this.onChange();
  }

  private readonly press = (event: KeyboardEvent): void => {
    if (event.key === "Escape") {
      event.preventDefault();
      // What the canvas' own toolbar says before it does anything: whoever writes is done.
      this.editor.trigger("toolbar:run:before", {});
      return;
    }
    if (event.key !== "Enter") return;
    // A line within the same text, not the paragraph that browsers would make.
    event.preventDefault();
    event.stopPropagation();
    this.command("insertLineBreak");
  };

  /** The app's own buttons take the focus away; the place in the text stays. */
  private readonly remember = (): void => {
    const selection = this.place?.ownerDocument.getSelection();
    this.range = selection?.rangeCount ? selection.getRangeAt(0).cloneRange() : undefined;
  };

  private run(command: string, value?: string): void {
    if (!this.place) return;
    const range = this.range;
    this.place.focus();
    if (range) this.choose(range);
    this.command(command, value);
    this.place.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  private command(name: string, value?: string): void {
    // Deprecated and without a successor: what every browser's own editing is made of.
    this.place?.ownerDocument.execCommand(name, false, value);
  }

  private choose(range: Range): void {
    const selection = this.place?.ownerDocument.getSelection();
    selection?.removeAllRanges();
    selection?.addRange(range);
  }
}

function paste(event: ClipboardEvent): void {
  event.preventDefault();
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const place = event.currentTarget as HTMLElement;
  place.ownerDocument.execCommand("insertText", false, text);
}
