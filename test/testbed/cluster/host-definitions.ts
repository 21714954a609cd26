import { definitions } from "./definitions";

/** A folder with the CRDs of hosts, and of the objects that CAPM3 renders, for `kubectl apply --server-side -f`. */
export const hostDefinitions = (): Promise<string> => definitions("capm3");
