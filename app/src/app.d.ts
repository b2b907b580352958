import type { EditorRequest } from '$src/ui/editor/request.svelte';

declare global {
  namespace App {
    interface PageState {
      /** The editor lies over whatever page is open; going back closes it. */
      editor?: EditorRequest;
    }
  }
}
