// The files that an import reads, as phones name them: endings, media types (Android), and uniform types (iOS).
export interface Format {
  name: string;
  endings: string[];
  media: string[];
  /** The system's own type; without one, ours is declared with the endings. */
  uniform?: string;
}

export const FORMATS: Format[] = [
  { name: 'CSV', endings: ['csv', 'tsv'], media: ['text/csv', 'text/comma-separated-values', 'text/tab-separated-values', 'application/csv'], uniform: 'public.comma-separated-values-text' },
  { name: 'OFX', endings: ['ofx', 'qfx'], media: ['application/x-ofx', 'application/ofx', 'application/vnd.intu.qfx'] },
  { name: 'QIF', endings: ['qif'], media: ['application/qif', 'application/x-qif', 'application/vnd.intu.qif'] },
  { name: 'MT940', endings: ['sta', 'mt940', '940'], media: [] },
  { name: 'CAMT', endings: ['xml'], media: ['text/xml', 'application/xml'], uniform: 'public.xml' },
  { name: 'Excel', endings: ['xlsx', 'xls'], media: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/vnd.ms-excel'], uniform: 'org.openxmlformats.spreadsheetml.sheet' },
  { name: 'PDF', endings: ['pdf'], media: ['application/pdf'], uniform: 'com.adobe.pdf' },
  { name: 'JSON', endings: ['json'], media: ['application/json'], uniform: 'public.json' }
];

/** What banks and mail programs call a file whose kind they do not know. */
export const VAGUE_MEDIA = ['text/plain', 'application/octet-stream'];
