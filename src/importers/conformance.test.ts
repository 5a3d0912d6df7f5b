import { atif } from "./atif/atif.ts";
import { describeImporterConformance } from "./conformance.ts";
import { messages } from "./messages/messages.ts";
import { miniSweAgent } from "./mini-swe-agent.ts";
import { openhandsSdk } from "./openhands/sdk.ts";
import { openhands } from "./openhands/v0.ts";
import { responses } from "./responses.ts";
import { sweAgent } from "./swe-agent/swe-agent.ts";
import * as documents from "./testing/documents.ts";

describeImporterConformance(openhands, { "an evaluation row": documents.openhandsRow });
describeImporterConformance(openhandsSdk, { "an evaluation row": documents.sdkRow });
describeImporterConformance(sweAgent, { "a .traj": documents.traj });
describeImporterConformance(miniSweAgent, { "a trajectory": documents.miniTrajectory });
describeImporterConformance(messages, { "a chat row": documents.chatRow });
describeImporterConformance(responses, { "a rollout": documents.rollout });
describeImporterConformance(atif, { "a document": documents.atifDocument });
