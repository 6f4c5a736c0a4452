/** At which prices a book is tested: `Valuation` of `contracts/risk/Book.sol`. */
export type Valuation = "union" | "intersection" | "markInitial" | "markMaintenance";

/** Whether a valuation belongs to initial margin. */
export const isInitial = (valuation: Valuation): boolean => valuation === "union" || valuation === "markInitial";
