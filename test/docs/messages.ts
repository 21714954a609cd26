/**
 * An example of each message that docs/troubleshooting.md explains. The keys are those of the wording tables: a new message has
 * no example yet, and then this file does not compile.
 */
import { CAPI_IP_ADDRESS } from "../../provider/api/capi/kinds";
import { faultLine } from "../../provider/api/fault";
import { compilePool } from "../../provider/core/pool";
import { wording } from "../../provider/ipam/wording";
import { propertyPathText } from "../../provider/plugin/property-path";
import { settingFaults } from "../../provider/plugin/settings";
import { SECRET_TEXT } from "../../provider/plugin/unsaid-secrets";
import { pulumiWords as words } from "../../provider/pulumi/vocabulary";
import { doorWording } from "../../provider/pulumi/wording";
import { addressClaimWording } from "../../provider/resources/ip-address-claim/wording";
import { contradictionWording } from "../../provider/resources/ip-pool/contradiction-wording";
import { entryWording, heldWording, poolWording } from "../../provider/resources/ip-pool/wording";
import { setWording } from "../../provider/resources/pre-allocation/wording";
import { backendWording, ownerWording, pinWording, reservedKeyWording } from "../../provider/resources/wording";
import { faultWording, fileWording } from "../../provider/store/file/wording";
import { kubeconfigWording } from "../../provider/store/kubernetes/kubeconfig-wording";
import { API_SERVER, DISTRUST, requestWording } from "../../provider/store/kubernetes/wording";
import { failed } from "../../provider/store/wording";
import { address, poolSpec, range } from "../core/written";

/** A whole message, or its parts from several floors in the order in which a reader sees them. */
type Message = string | readonly string[];
type Words = typeof wording;
/** Progress lines, and texts that are part of others. */
type Part =
  | Extract<keyof Words, `waits${string}`>
  | "reserving"
  | "wentWhileMade"
  | "isBeingDeleted"
  | "declaredBy"
  | "knownLater"
  | "addressChanges"
  | "newAddresses"
  | "undone"
  | "repaired"
  | "drifted";

const POOL = { namespace: "metal3", name: "provisioning" };
const OTHER = { namespace: "metal3", name: "bmc" };
const LAB_POOL = { apiGroup: "ipam.cluster.x-k8s.io", kind: "InClusterIPPool", name: "lab" };
const W1 = "worker-1-provisioning";
const A = address("172.22.0.101");
const B = address("172.22.0.77");
const GATEWAY = address("172.22.0.1");
const OFFERED = compilePool(poolSpec({ pools: [{ start: "172.22.0.10", end: "172.22.0.254" }] }));
const TAKEN = compilePool(poolSpec({ pools: [{ start: "172.22.0.200", end: "172.22.1.99" }] }));
const HOLDER = "worker-2 (stack lab/dev, resource rack-a)";
const SINCE = "2026-11-30T16:47:10Z";
const CLUSTER = "cluster mgmt-cluster (https://10.0.0.5:6443)";
const HOST = "10.0.0.5:6443";
const POOLS = `IPPool objects in namespace metal3 on ${HOST}`;
const KUBECONFIG = words.setting("kubeconfig");
const FINALIZERS = ["example.org/audit"];

/** The reason of the store, when nothing listens at the server's address. */
const REFUSED = requestWording.gaveUp(requestWording.unreached(API_SERVER, "ECONNREFUSED"), undefined, "30 s");
const NO_POOLS = failed("list", POOLS, REFUSED);

/** A fault at a property, as Pulumi prints it. */
const at = (text: string, ...path: (string | number)[]) => `${propertyPathText(path)}: ${text}`;

export const ipamMessages: Record<Exclude<keyof Words, Part>, Message> = {
  exhausted: wording.exhausted(POOL, 245n, 245n, 2),
  outOfRange: wording.outOfRange(POOL, address("172.22.0.5"), OFFERED, "excluded"),
  pinReserved: wording.pinReserved(POOL, GATEWAY, "gateway"),
  held: wording.held(POOL, A, HOLDER),
  planBroken: wording.planBroken(words, POOL, W1, A, HOLDER),
  movedOn: wording.movedOn(POOL, W1, A, B, HOLDER),
  unsettled: wording.unsettled(words, POOL, W1, A, ["worker-2 (resource worker-2)"]),
  heldInThisProgram: wording.heldInThisProgram(words, POOL, A, { claim: W1, resource: "rack-a", areHosts: true }),
  pinnedAway: wording.pinnedAway(POOL, A, "worker-1", "worker-3"),
  addressInUse: wording.addressInUse(POOL, W1, A, B),
  stillUsed: wording.stillUsed(POOL, A, W1),
  leavesAlive: wording.leavesAlive(POOL, W1, A),
  liveElsewhere: wording.liveElsewhere(POOL, W1, B, A),
  sharedName: wording.sharedName(POOL, "provisioning-1--2", address("::1:0:2"), address("1::2")),
  farOut: wording.farOut(POOL, address("fd00::ffff:ffff"), 4_294_967_295n),
  claimHeld: wording.claimHeld(POOL, W1, A, "stack lab/prod, resource rack-a", true),
  claimOfBothGroups: wording.claimOfBothGroups(POOL, "api", A),
  claimOfOtherKind: wording.claimOfOtherKind(POOL, "api", "IPClaim", "IPAddressClaim"),
  namedAfterData: wording.namedAfterData(POOL, ["nodes-0-provisioning", "nodes-1-provisioning"]),
  noIPAddressClaims: wording.noIPAddressClaims(),
  claimHasEntry: wording.claimHasEntry(POOL, W1, B, A, true),
  entryMissed: at(wording.entryMissed(words, POOL, "api", A, B), "preAllocations", "api"),
  declaredTwice: wording.declaredTwice(POOL, W1, "PreAllocation worker-1", "PreAllocationSet rack-a"),
  ambiguousClaim: wording.ambiguousClaim(POOL, "a-b-c", "b-c"),
  notReserved: wording.notReserved(POOL, [W1]),
  noEntries: wording.noEntries(POOL),
  malformedId: wording.malformedId("PreAllocation", "cp-0", "<namespace>/<pool>/<host or claim>"),
  notOneSet: wording.notOneSet(POOL, [
    "worker-1 (stack lab/prod, resource a)",
    "worker-2 (stack lab/prod, resource b)",
  ]),
  notImported: wording.notImported("IPPool metal3/provisioning", "stack lab/prod, resource net", "lab/prod", true),
  claimUnheld: wording.claimUnheld(POOL, W1),
  claimUndecided: wording.claimUndecided(POOL, W1, "PreAllocation worker-1"),
  claimExists: wording.claimExists("IPClaim", "metal3/api", "not made by this provider"),
  claimStays: wording.claimStays(words, "api", ["ipclaim.ipam.metal3.io"]),
  claimRefused: wording.claimRefused(words, "IPClaim", "api", POOL, "Exhausted IP Pools"),
  claimWaits: wording.claimWaits(words, "api", POOL, 60_000),
  claimAnswered: wording.claimAnswered(words, "api", POOL),
  addressClaimWaits: wording.addressClaimWaits(words, "metal3/ingress", LAB_POOL, undefined, 120_000),
  addressClaimMissesPool: wording.addressClaimMissesPool(words, "metal3/ingress", LAB_POOL, 120_000),
  addressClaimServed: wording.addressClaimServed(words, "metal3/ingress", LAB_POOL),
  addressMissing: wording.addressMissing(
    words,
    "metal3/api",
    { ...LAB_POOL, kind: "IPPool", name: "provisioning" },
    "provisioning-172-22-0-101",
  ),
  addressClaimStays: wording.addressClaimStays(words, "metal3/ingress", ["ipam.cluster.x-k8s.io/ReleaseAddress"]),
  addressClaimTwice: wording.addressClaimTwice("metal3/ingress", "web", "ingress"),
  addressClaimNamesake: at(
    wording.addressClaimNamesake(POOL, "api", "already an IPClaim (stack lab/prod, resource api)"),
    "name",
  ),
  poolMissing: wording.poolMissing(words, POOL, 60_000),
  poolUnseen: wording.poolUnseen(words, POOL),
  poolDeclaredTwice: wording.poolDeclaredTwice(POOL, "net", "provisioning"),
  poolDeleting: wording.poolDeleting(POOL),
  paused: wording.paused("Cluster metal3/lab is paused (spec.paused)", 60_000),
  pausedNow: wording.pausedNow("IPPool metal3/provisioning is paused (cluster.x-k8s.io/paused)"),
  poolExists: wording.poolExists(words, POOL, "stack lab/prod, resource net", ["namespace", "directory"]),
  poolsMeet: wording.poolsMeet(OFFERED, { ...OTHER, pool: TAKEN }, "172.22.0.200-172.22.0.254"),
  dhcpMeets: wording.dhcpMeets(OFFERED, OTHER, "172.22.0.200-172.22.0.254"),
  ownDhcpMeets: wording.ownDhcpMeets({ ...OTHER, pool: TAKEN }, "172.22.0.200-172.22.0.254"),
  meetsElsewhere: wording.meetsElsewhere(
    POOL,
    { namespace: "rack-b", name: "provisioning" },
    "172.22.0.10-172.22.0.254",
  ),
  stranded: at(wording.stranded([`172.22.0.101, held by ${HOLDER}`]), "pools"),
  renamed: at(wording.renamed(POOL, "provisioning", "prov", "172.22.0.101 (worker-1)"), "namePrefix"),
  strategyFixed: at(wording.strategyFixed(POOL, "172.22.0.101 (worker-1)"), "allocationStrategy"),
  strategyUnserved: wording.strategyUnserved(POOL, "random"),
  movedPool: wording.movedPool(POOL, "172.22.0.101 (worker-1)"),
  misspelt: wording.misspelt(POOL, ["2001:DB8::15 to api"]),
  nearlyFull: wording.nearlyFull(POOL, 245n),
  incomplete: wording.incomplete(words, POOL, ["172.22.0.101 (worker-1)"], W1),
  leftover: wording.leftover(words, POOL, ["172.22.0.101 (worker-1)"], SINCE, true),
  poolStays: wording.poolStays(POOL, FINALIZERS),
  kept: wording.kept("IPAddress", "metal3/provisioning-172-22-0-101", FINALIZERS),
  poolHolds: wording.poolHolds(words, POOL, ["172.22.0.101 (worker-1)"], 60_000, [{ claim: W1, claimKind: "IPClaim" }]),
  differs: `${wording.differs("IPPool metal3/provisioning spec.gateway", "172.22.0.254", "172.22.0.1", ` (changed by kubectl-edit at ${SINCE})`)}. \`pulumi up\` restores it.`,
  entryDiffers: wording.drifted(
    words,
    wording.entryDiffers(
      "worker-1",
      "IPPool metal3/provisioning",
      "172.22.0.77",
      "172.22.0.101",
      ` (changed by hand at ${SINCE})`,
    ),
    "restores",
  ),
  gone: wording.drifted(words, wording.gone("IPPool", "metal3/provisioning"), "createsPool"),
  addressGone: wording.drifted(words, wording.addressGone("worker-1", "172.22.0.101"), "creates"),
  mirrorGone: wording.drifted(words, wording.mirrorGone("worker-1", "172.22.0.101", CAPI_IP_ADDRESS), "creates"),
  lockUnowned: wording.drifted(
    words,
    wording.lockUnowned("Claim api", "172.22.0.101", "IPPool metal3/provisioning"),
    "restores",
  ),
  beingDeleted: wording.drifted(words, wording.beingDeleted("IPPool", "metal3/provisioning", SINCE), "createsPool"),
  refusedByMetal3: wording.drifted(words, wording.refusedByMetal3("metal3/api", "Exhausted IP Pools"), "creates"),
  namespaceMissing: wording.namespaceMissing(words, "metal3"),
  namespaceEnding: [
    failed(
      "create",
      `IPPool metal3/provisioning on ${HOST}`,
      requestWording.refused(
        'ippools.ipam.metal3.io "provisioning" is forbidden: unable to create new content in namespace metal3 because it is being terminated',
      ),
    ),
    wording.namespaceEnding(words),
  ],
  clusterMissing: wording.clusterMissing("metal3", "lab"),
  outOfReach: [NO_POOLS, wording.outOfReach(words, CLUSTER)],
  forbidden: [
    failed(
      "list",
      POOLS,
      requestWording.refused(
        'ippools.ipam.metal3.io is forbidden: User "ci" cannot list resource "ippools" in API group "ipam.metal3.io" in the namespace "metal3"',
      ),
    ),
    wording.forbidden(words, CLUSTER),
  ],
  notInstalled: [
    failed("list", POOLS, requestWording.notInstalled("IPPool", "ipam.metal3.io/v1alpha1", "Metal3 IPAM's CRDs")),
    wording.notInstalled(words, CLUSTER),
  ],
  stateKept: [wording.stateKept(NO_POOLS), wording.outOfReach(words, CLUSTER)],
  stateKeptUnopened: wording.stateKeptUnopened(
    "metal3-ipam:kubeconfig names /etc/mgmt.kubeconfig, which does not exist.",
  ),
  targetChanged: wording.targetChanged(words, "folder ~/lab/manifests", CLUSTER),
  targetMoved: wording.targetMoved("folder ~/lab/manifests", CLUSTER),
  cancelled: wording.cancelled(words, "waiting for IPPool metal3/provisioning to be there"),
  malformed: wording.malformed("IPPool", "metal3/provisioning", [
    {
      path: ["spec", "preAllocations", "api"],
      reason: '"worker-1" is not an IP address.',
    },
  ]),
  fileTaken: wording.fileTaken("IPPool metal3/provisioning", "metal3/ippools/provisioning.yaml"),
  misplaced: wording.misplaced("IPPool metal3/provisioning", "metal3/ippools/provisioning.yaml", ["all.yaml"]),
  otherwiseIn: wording.otherwiseIn("IPPool metal3/provisioning", "metal3/ippools/provisioning.yaml", ["backup.yaml"]),
};

/** The words of the resources and of Pulumi's doors that people meet in an ordinary week. */
export const otherMessages: Record<string, Message> = {
  startNotOffered: setWording.startNotOffered(POOL, address("172.22.0.5"), OFFERED, address("172.22.0.10")),
  hasReserved: pinWording.hasReserved(POOL, W1, GATEWAY, "gateway"),
  offersReserved: poolWording.offersReserved("metal3/provisioning", "172.22.0.1 (gateway)", false),
  longName: poolWording.longName("IPPool metal3/provisioning", 64, 63),
  foreignKeys: poolWording.foreignKeys(POOL, ["cp-0-pool1"], "cp-0-provisioning"),
  takenBack: at(heldWording.takenBack(POOL, "gateway", [heldWording.reservedFor(A, HOLDER)]), "gateway"),
  hostClaimLabel: at(reservedKeyWording.hostClaimLabel, "labels", "infrastructure.cluster.x-k8s.io/pool-name"),
  ownerGone: at(
    ownerWording.ownerGone("Machine", "cp-0", "1f0c2d7e-8a4b-4a53-9d5e-2f6f5a1c7b90"),
    "ownerReferences",
    0,
  ),
  addressClaimReady: wording.addressClaimWaits(
    words,
    "metal3/ingress",
    { ...LAB_POOL, kind: "InfobloxIPPool" },
    { type: "Ready", status: "False", reason: "PoolExhausted", message: "no address left in 10.30.0.0/24" },
    120_000,
  ),
  needsCluster: addressClaimWording.needsCluster(words),
  twoFamilies: `IPPool metal3/provisioning: ${contradictionWording.twoFamilies}`,
  overlap: at(
    entryWording.overlap(range("172.22.0.100-172.22.0.150"), range("172.22.0.10-172.22.0.120"), 0),
    "pools",
    1,
  ),
  dhcpOverlap: at(
    entryWording.dhcpOverlap(range("172.22.0.200-172.22.0.254"), range("172.22.0.10-172.22.0.254"), 0),
    "dhcpRanges",
    0,
  ),
  wayOut: [NO_POOLS, wording.outOfReach(words, CLUSTER), backendWording.wayOut(words)],
  leftUnreached: [
    backendWording.leftUnreached("IPPool", "metal3/provisioning", "").trimEnd(),
    NO_POOLS,
    wording.outOfReach(words, CLUSTER),
  ],
  exclusive: at(doorWording.exclusive(["kubeconfig"]), "directory"),
  empty: doorWording.empty("directory"),
  notTrusted: [failed("list", POOLS, DISTRUST.SELF_SIGNED_CERT_IN_CHAIN ?? ""), wording.outOfReach(words, CLUSTER)],
  noCluster: kubeconfigWording.noCluster(KUBECONFIG, words.giving("directory", "./manifests")),
  noContext: kubeconfigWording.noContext(
    kubeconfigWording.file("/etc/mgmt.kubeconfig"),
    "prod",
    ["mgmt-cluster", "lab"],
    words.giving("context", "NAME"),
  ),
  harmful: kubeconfigWording.harmful(
    KUBECONFIG,
    kubeconfigWording.startsProgram("users[ci].user.exec"),
    words.giving("allowExec", "true"),
  ),
  contentAsObject: settingFaults({ kubeconfig: {} }).map(faultLine).join(" ").replace("{}", SECRET_TEXT),
  manifestFault: [
    ...failed(
      "list",
      "IPPool objects",
      fileWording.malformed(
        "metal3/ippools/provisioning.yaml",
        "/srv/lab/manifests",
        faultWording.atLine(13, faultWording.duplicate("gateway")),
      ),
    ).split(/ (?=Correct the file)/),
  ],
  ownFault: doorWording.ownFault("TypeError: x is undefined"),
};
