/** The part of a CloudFormation custom resource event that we use. */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
}

/**
 * Runs the work of a custom resource and tells CloudFormation how it ended. An error becomes the reason that the
 * person who deploys sees; without an answer the deployment would hang for an hour.
 *
 * @param physicalId stays the same for as long as the resource is the same
 * Source: AWS CloudFormation, custom resource response objects
 */
export async function answerCloudFormation(
  event: CustomResourceEvent,
  physicalId: string,
  work: () => Promise<void>,
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const PhysicalResourceId = event.PhysicalResourceId ?? physicalId;
  let outcome: { Status: 'SUCCESS' | 'FAILED'; Reason?: string } = { Status: 'SUCCESS' };
  try {
    await work();
  } catch (error) {
    const Reason = error instanceof Error ? error.message : String(error);
    outcome = { Status: 'FAILED', Reason };
  }
  await fetch(event.ResponseURL, {
    method: 'PUT',
    // A signed URL for S3: any content type but the empty one breaks the signature.
    headers: { 'content-type': '' },
    body: JSON.stringify({ ...outcome, StackId, RequestId, LogicalResourceId, PhysicalResourceId }),
  });
}
