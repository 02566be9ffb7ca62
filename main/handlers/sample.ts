import type { Handlers } from '../ipc/answer.ts'
import type { SampleSupervisor } from '../sample-host/supervise-sample.ts'

export function sampleHandlers(sample: SampleSupervisor): Pick<Handlers, 'sample.pauseWriter' | 'sample.resumeWriter'> {
  return {
    'sample.pauseWriter': () => sample.pauseWriter(),
    'sample.resumeWriter': () => sample.resumeWriter(),
  }
}
