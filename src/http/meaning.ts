/** What a field means, in both languages: the English into OpenAPI's `description`, the Vietnamese beside it. */
export const means = (en: string, vi: string) => ({ description: en, 'x-description-vi': vi })
