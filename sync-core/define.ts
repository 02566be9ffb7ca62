/* The one way in for the window's process for databases and for the command line: what is asked while schemas are being
 * written. Each takes and gives plain values. */
export { compareDraft } from './define/compare-draft.ts'
export { describeConsumer } from './define/describe-consumer.ts'
export { checkPublicSchemaText, describePublicSchema } from './define/describe-public-schema.ts'
export { dryRunConsumer } from './define/dry-run-consumer.ts'
export { planTransformation } from './define/plan-transformation.ts'
export { previewTransformation } from './define/preview-transformation.ts'
export { readCatalogueMark } from './postgres/define/catalogue-mark.ts'
export { readCatalogue } from './postgres/define/read-catalogue.ts'
export { completeSql } from './sql/complete/complete-sql.ts'
export { generateConsumer } from './sql/generate-consumer.ts'
export { renameOutput } from './sql/rename-output.ts'
