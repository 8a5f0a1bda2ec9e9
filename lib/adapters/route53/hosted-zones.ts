import {
  ChangeResourceRecordSetsCommand,
  GetHostedZoneCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandInput,
  type ListResourceRecordSetsCommandOutput,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import type { HostedZone, RecordSet } from '../../model/record-set.ts';
import type { HostedZones, ZoneResult } from '../../ports.ts';
import { changeToAws, plainName, setFromAws } from './record-set.ts';
import { zoneErrorOf } from './zone-error.ts';

/** Most that one page may hold. Source: AWS, Route 53 API reference, ListResourceRecordSets MaxItems */
const PAGE_SIZE = 300;

/** @param clientOf the client for a zone: one of another account is entered with a role */
export function route53Zones(clientOf: (zoneId: string) => Route53Client): HostedZones {
  const described = new Map<string, HostedZone>();

  async function answer<T>(zoneId: string, ask: () => Promise<T>): Promise<ZoneResult<T>> {
    try {
      return { ok: true, value: await ask() };
    } catch (thrown) {
      const error = zoneErrorOf(thrown);
      if (error.kind === 'NoSuchZone') described.delete(zoneId);
      return { ok: false, error };
    }
  }

  return {
    describe: (zoneId) =>
      answer(zoneId, async () => {
        const known = described.get(zoneId);
        if (known !== undefined) return known;
        const { HostedZone: found } = await clientOf(zoneId).send(
          new GetHostedZoneCommand({ Id: zoneId }),
        );
        const zone = { id: zoneId, name: plainName(found?.Name ?? '') };
        described.set(zoneId, zone);
        return zone;
      }),
    change: (zoneId, changes) =>
      answer(zoneId, async () => {
        const ChangeBatch = { Changes: changes.map(changeToAws) };
        const command = { HostedZoneId: zoneId, ChangeBatch };
        await clientOf(zoneId).send(new ChangeResourceRecordSetsCommand(command));
        return undefined;
      }),
    list: (zoneId, name) => answer(zoneId, () => listSets(clientOf(zoneId), zoneId, name)),
  };
}

/** Sets of one name stand together, and those of a later name after them. */
async function listSets(
  client: Route53Client,
  zoneId: string,
  name: string | undefined,
): Promise<RecordSet[]> {
  const sets: RecordSet[] = [];
  let from: Partial<ListResourceRecordSetsCommandInput> | undefined =
    name === undefined ? {} : { StartRecordName: name };
  while (from !== undefined) {
    const page: ListResourceRecordSetsCommandOutput = await client.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, MaxItems: PAGE_SIZE, ...from }),
    );
    const found = (page.ResourceRecordSets ?? []).map(setFromAws);
    sets.push(...found.filter((set) => name === undefined || set.name === name));
    const isPast = name !== undefined && found.some((set) => set.name !== name);
    from =
      page.IsTruncated && !isPast
        ? {
            StartRecordName: page.NextRecordName,
            StartRecordType: page.NextRecordType,
            StartRecordIdentifier: page.NextRecordIdentifier,
          }
        : undefined;
  }
  return sets;
}
