/** Orders over the category tree. Pure. */
import type { CategoryView } from '$src/outlay';

/** A subcategory without a colour or an icon has its parent's. */
function inherited(category: CategoryView): CategoryView[] {
  const { colour, icon } = category;
  return category.children.map((child) => ({ ...child, colour: child.colour ?? colour, icon: child.icon ?? icon }));
}

/** The tree as one list, parents before their children, archived ones left out. */
export function flat(tree: CategoryView[]): CategoryView[] {
  return tree
    .filter((category) => !category.archived)
    .flatMap((category) => [category, ...inherited(category).filter((child) => !child.archived)]);
}

/** Most used first: the last 90 days, then all time, then the person's own order. */
export function mostUsed(tree: CategoryView[]): CategoryView[] {
  return flat(tree)
    .map((category, index) => ({ category, index }))
    .sort(
      (a, b) =>
        b.category.recent_count - a.category.recent_count ||
        b.category.use_count - a.category.use_count ||
        a.index - b.index
    )
    .map(({ category }) => category);
}

export function byId(tree: CategoryView[]): Map<string, CategoryView> {
  return new Map(tree.flatMap((category) => [category, ...inherited(category)]).map((category) => [category.id, category]));
}
