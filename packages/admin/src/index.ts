export { AdminError, adminErrorCatalogue, type AdminErrorCode } from './admin-error.ts';
export {
  addressOperation,
  adminErrorBody,
  answerAdminRequest,
  type AdminAnswer,
  type AdminErrorBody,
  type AdminRequest,
} from './admin-api.ts';
export type { AdminContext, TierChoice } from './context.ts';
export { formatBudget, parseBudget } from './fields/budget.ts';
export { parseDuration } from './fields/duration.ts';
export type { KeyView, MintedKeyView } from './keys/key-view.ts';
export type { AdminOperation } from './operation.ts';
export { adminOperations } from './operations.ts';
export type { TenantView } from './tenants/tenant-view.ts';
export { usageColumns, type UsageReportView } from './usage/report-usage.ts';
