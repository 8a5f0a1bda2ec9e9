/**
 * @returns the host name of something with public addresses in the Region, and in no other: DynamoDB, which is in each
 * Source: AWS General Reference, DynamoDB endpoints; AWS SDK for JavaScript 3.1169 (suffixes of the partitions)
 */
export function regionHost(region: string): string {
  const suffixes: Readonly<Record<string, string>> = {
    cn: 'amazonaws.com.cn',
    eusc: 'amazonaws.eu',
  };
  const suffix = suffixes[region.split('-')[0] ?? ''] ?? 'amazonaws.com';
  return `dynamodb.${region}.${suffix}`;
}
