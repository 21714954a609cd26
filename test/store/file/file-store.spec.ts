import { describeStoreContract } from "../contract";
import { describeEmbeddedStore } from "../embedded-contract";
import { errno, openFolder, unsyncedFiles } from "./folder";

describeStoreContract("file store", () => openFolder());
describeEmbeddedStore("file store", () => openFolder());

// FAT, some FUSE and SMB mounts.
const withoutLinks = { ...unsyncedFiles, link: (from: string) => Promise.reject(errno("EPERM", from)) };
describeStoreContract("file store without hard links", () => openFolder(withoutLinks));
