/** Handlers of the sample app. A message says in its body what to do: `{id, act, group}`. */

async function sqs(action, body) {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `AmazonSQS.${action}`,
  };
  const answer = await fetch(process.env.AWS_ENDPOINT_URL_SQS, {
    method: 'POST',
    headers,
    body: JSON.stringify({ QueueUrl: process.env.NEXT_QUEUE_URL, ...body }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

function forward(record) {
  return sqs('SendMessage', {
    MessageBody: record.body,
    MessageGroupId: record.attributes.MessageGroupId,
    MessageDeduplicationId: record.messageId,
  });
}

const forever = () => new Promise(() => setInterval(() => undefined, 3_600_000));

async function handleRecord(record) {
  const { id, act } = JSON.parse(record.body);
  const isFirstTime = record.attributes.ApproximateReceiveCount === '1';
  console.log(`first ${id} ${record.attributes.ApproximateReceiveCount}`);
  if (act === 'poison' || (act === 'fail-once' && isFirstTime)) return record.messageId;
  if (act === 'bad-id-once' && isFirstTime) return 'no-such-message';
  if (act === 'throw-once' && isFirstTime) throw new Error(`thrown for ${id}`);
  if (act === 'hang-once' && isFirstTime) await forever();
  await forward(record);
  return undefined;
}

export async function first(event) {
  const failed = await Promise.all(event.Records.map(handleRecord));
  const ids = failed.filter((id) => id !== undefined);
  return { batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) };
}

export async function second(event) {
  for (const record of event.Records) console.log(`second ${JSON.parse(record.body).id}`);
}

export async function tick(event, context) {
  console.log(`tick ${JSON.stringify(event)}`);
  if (event.ask === 'context') {
    return {
      remainingMs: context.getRemainingTimeInMillis(),
      functionName: context.functionName,
      region: process.env.AWS_REGION,
      extra: process.env.EXTRA,
      root: process.env.LAMBDA_TASK_ROOT,
    };
  }
  if (event.ask === 'throw') throw new TypeError('no ticking today');
  if (event.ask === 'exit') process.exit(3);
  if (event.ask === 'hang') await forever();
  return null;
}

export async function install(event) {
  console.log(`install ${event.RequestType} ${JSON.stringify(event.ResourceProperties)}`);
  const isRefused = event.ResourceProperties.refuse === 'true';
  await fetch(event.ResponseURL, {
    method: 'PUT',
    headers: { 'content-type': '' },
    body: JSON.stringify({
      Status: isRefused ? 'FAILED' : 'SUCCESS',
      Reason: 'refused as told',
      PhysicalResourceId: 'sample-install',
      StackId: event.StackId,
      RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId,
      Data: { Answer: '42' },
    }),
  });
}

export async function provide(event) {
  console.log(`provide ${event.RequestType} ${event.ResourceProperties.after}`);
  return { PhysicalResourceId: 'sample-provided' };
}
