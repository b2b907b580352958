/** Spanish: the editor and the words of a transaction. */
import type { Words } from '..';

export const entry: Words = {
  'account_kind.bank': 'Cuentas bancarias',
  'account_kind.card': 'Tarjetas',
  'account_kind.cash': 'Efectivo',
  'account_kind.investment': 'Inversiones',
  'account_kind.loan': 'Préstamos',
  'account_kind.savings': 'Ahorros',

  'account_type.bank': 'Cuenta bancaria',
  'account_type.card': 'Tarjeta',
  'account_type.cash': 'Efectivo',
  'account_type.investment': 'Inversión',
  'account_type.loan': 'Préstamo',
  'account_type.savings': 'Cuenta de ahorro',

  'editor.add': 'Nuevo movimiento',
  'editor.discard': 'Empezar de nuevo',
  'editor.edit': 'Editar movimiento',
  'editor.kept': 'Guardado como borrador',
  'editor.label': 'Movimiento',
  'editor.opening': 'Tu libro se está abriendo. Ya puedes escribir.',
  'editor.restored': 'Tu borrador está de vuelta.',

  'field.account': 'Cuenta',
  'field.account_kind': 'Tipo',
  'field.amount': 'Importe',
  'field.amount_minor': 'Importe',
  'field.archived': 'Archivada',
  'field.category': 'Categoría',
  'field.colour': 'Color',
  'field.currency': 'Moneda',
  'field.day': 'Fecha',
  'field.icon': 'Icono',
  'field.kind': 'Tipo',
  'field.name': 'Nombre',
  'field.note': 'Nota',
  'field.opening_minor': 'Saldo inicial',
  'field.payee': 'Beneficiario',
  'field.reconciled': 'Conciliado',
  'field.tag': 'Etiqueta',
  'field.tags': 'Etiquetas',
  'field.time': 'Hora',
  'field.to_amount_minor': 'Llega',

  'keypad.back': 'Borrar la última cifra',
  'keypad.decimal': 'Separador decimal',
  'keypad.divide': 'Dividido entre',
  'keypad.impossible': 'Esto no tiene resultado',
  'keypad.label': 'Teclado',
  'keypad.minus': 'Menos',
  'keypad.plus': 'Más',
  'keypad.times': 'Por',

  'kind.expense': 'Gastos',
  'kind.expenses': 'Gastos',
  'kind.income': 'Ingresos',
  'kind.transfer': 'Transferencia',
  'kind.transfers': 'Transferencias',

  'split.add': 'Añadir una parte',
  'split.amount_of': 'Importe de {name}',
  'split.begin': 'Repartir en categorías',
  'split.complete': 'Cuadra',
  'split.over': 'Sobran {amount}',
  'split.remove': 'Quitar la parte {number}',
  'split.rest': 'Quedan {amount}',

  'tag.remove': 'Quitar la etiqueta {name}',

  'transaction.gone': 'Este movimiento ya no existe.',
  'transaction.split_of': { one: '{count} categoría', many: '{count} de categorías', other: '{count} categorías' },

  'transfer.arrives': 'Llega',
  'transfer.from': 'De',
  'transfer.swap': 'Intercambiar las cuentas',
  'transfer.to': 'A',

  'word.no': 'No',
  'word.yes': 'Sí'
};
