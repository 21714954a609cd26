import { describeEmbeddedStore, describeStoreContract } from "./contract";
import { errno, filesBut, openFolder } from "./folder";

describeStoreContract("file store", () => openFolder());
describeEmbeddedStore("file store", () => openFolder());

// FAT, some FUSE and SMB mounts.
const withoutLinks = filesBut({ link: (from) => Promise.reject(errno("EPERM", from)) });
describeStoreContract("file store without hard links", () => openFolder(withoutLinks));
