/** Spanish: charts, stats, accounts over a period, and exchange rates. */
import type { Words } from '..';

export const stats: Words = {
  'accounts.drag': 'Arrastra {name} o muévela con las flechas',
  'accounts.moved': '{name} es ahora la número {place} de {count}',
  'accounts.overview': 'Por cuenta',
  'accounts.period': 'Ingresos y gastos por cuenta',
  'accounts.say': '{amount} al final de {name}, {change} en este tiempo.',

  'chart.save': 'Guardar {title}',
  'chart.save_picture': 'Guardar como imagen',
  'chart.save_table': 'Guardar como tabla',

  'compare.with': 'frente a {name}',

  'ecb.about': 'Tipos del Banco Central Europeo, de un archivo: CSV, XML o el ZIP en que viene. El archivo se lee en este dispositivo.',
  'ecb.already': { one: '{count} de ellos ya se conoce.', many: '{count} de ellos ya se conocen.', other: '{count} de ellos ya se conocen.' },
  'ecb.choose': 'Elegir un archivo',
  'ecb.currencies': 'Monedas',
  'ecb.done': { one: '{count} tipo añadido', many: '{count} de tipos añadidos', other: '{count} tipos añadidos' },
  'ecb.faulty': 'Esto no es un archivo de tipos del Banco Central Europeo.',
  'ecb.fewer': 'Son {count} tipos. Elige menos monedas o un día posterior.',
  'ecb.from': 'Desde',
  'ecb.import': { one: 'Añadir {count} tipo', many: 'Añadir {count} de tipos', other: 'Añadir {count} tipos' },
  'ecb.none_used': 'El archivo no tiene ninguna de las monedas de tus cuentas. Elige alguna abajo.',
  'ecb.others': 'Otras monedas',
  'ecb.progress': '{done} de {count}',
  'ecb.span': { one: '{count} día, {days}', many: '{count} de días, {days}', other: '{count} días, {days}' },
  'ecb.title': 'Tipos de un archivo',

  'flow.deficit': 'De los ahorros',
  'flow.kept': 'Queda',
  'flow.more': { one: '{count} más', many: '{count} más', other: '{count} más' },
  'flow.pot': 'Ingresos',
  'flow.spent': 'Todo el dinero',
  'flow.title': 'Flujo del dinero',

  'mode.as_it_was': 'Como se anotó',
  'mode.as_it_was_text': 'Los importes extranjeros cuentan al tipo con que se escribieron.',
  'mode.label': 'Importes extranjeros',
  'mode.todays_rate': 'Al tipo de hoy',
  'mode.todays_rate_text': 'Los importes extranjeros cuentan a los tipos más recientes que tengas.',

  'rate.apply': {
    one: 'Contar {count} movimiento con él',
    many: 'Contar {count} de movimientos con él',
    other: 'Contar {count} movimientos con él'
  },
  'rate.applied': { one: '{count} movimiento contado', many: '{count} de movimientos contados', other: '{count} movimientos contados' },
  'rate.delete': 'Eliminar el tipo',
  'rate.deleted': 'Tipo eliminado',
  'rate.edit': 'Cambiar el tipo',
  'rate.enter': 'Escribir un tipo para {currency}',
  'rate.enter_title': 'Tipo de {currency}',
  'rate.fill': 'Contar los movimientos sin tipo',
  'rate.fill_text': {
    one: '{count} movimiento no tiene tipo de cambio y no está en ningún total.',
    many: '{count} de movimientos no tienen tipo de cambio y no están en ningún total.',
    other: '{count} movimientos no tienen tipo de cambio y no están en ningún total.'
  },
  'rate.later': 'Desde el primero de estos días, para que todos lo tengan.',
  'rate.left_accounts': {
    one: '{count} saldo no está en esta suma: sin tipo para {list}.',
    many: '{count} de saldos no están en esta suma: sin tipo para {list}.',
    other: '{count} saldos no están en esta suma: sin tipo para {list}.'
  },
  'rate.left_entries': {
    one: '{count} movimiento no está en estas sumas: sin tipo para {list}.',
    many: '{count} de movimientos no están en estas sumas: sin tipo para {list}.',
    other: '{count} movimientos no están en estas sumas: sin tipo para {list}.'
  },
  'rate.left_other': {
    one: '{count} movimiento se escribió cuando la moneda principal era otra. «Al tipo de hoy» también lo cuenta.',
    many: '{count} de movimientos se escribieron cuando la moneda principal era otra. «Al tipo de hoy» también los cuenta.',
    other: '{count} movimientos se escribieron cuando la moneda principal era otra. «Al tipo de hoy» también los cuenta.'
  },
  'rate.show_entries': 'Ver estos movimientos',
  'rate.show_more': 'Ver más',

  'reconcile.begin': 'Conciliar',
  'reconcile.difference': 'Diferencia',
  'reconcile.done': { one: '{count} movimiento conciliado', many: '{count} de movimientos conciliados', other: '{count} movimientos conciliados' },
  'reconcile.finish': 'Terminar',
  'reconcile.finish_anyway': 'Terminar con una diferencia de {amount}',
  'reconcile.last': 'Conciliado hasta el {day}: {amount}',
  'reconcile.locked': 'Este movimiento está conciliado',
  'reconcile.locked_text': 'Coincide con un extracto de tu banco. ¿Cambiarlo de todos modos?',
  'reconcile.locked_yes': 'Cambiarlo',
  'reconcile.nothing': 'No hay movimientos abiertos hasta este día.',
  'reconcile.open': { one: '{count} movimiento abierto', many: '{count} de movimientos abiertos', other: '{count} movimientos abiertos' },
  'reconcile.statement_balance': 'Saldo del extracto',
  'reconcile.statement_day': 'Fecha del extracto',
  'reconcile.text': 'Marca lo que aparece en el extracto hasta que no quede diferencia.',
  'reconcile.tick_all': 'Marcar todo',
  'reconcile.ticked': 'Marcado',
  'reconcile.title': 'Conciliar {name}',
  'reconcile.untick_all': 'Desmarcar todo',

  'say.account_change': '{now} al final de {last}, {change} desde el principio.',
  'say.average_day': 'De media entran {income} y salen {expense} al día.',
  'say.average_month': 'De media entran {income} y salen {expense} al mes.',
  'say.average_week': 'De media entran {income} y salen {expense} a la semana.',
  'say.average_year': 'De media entran {income} y salen {expense} al año.',
  'say.best_worst': 'Donde más quedó: {best} ({best_amount}); donde menos: {worst} ({worst_amount}).',
  'say.category_less': '{name} es lo que más bajó: {amount}.',
  'say.category_more': '{name} es lo que más subió: {amount}.',
  'say.expense_alone': '{amount} gastados.',
  'say.expense_less': '{amount} gastados, {share} menos que {before}.',
  'say.expense_more': '{amount} gastados, {share} más que {before}.',
  'say.expense_same': '{amount} gastados, lo mismo que {before}.',
  'say.flow': 'Entraron {income}; la mayor parte fue a {list}.',
  'say.flow_deficit': 'Salieron {amount} más de lo que entró.',
  'say.flow_kept': 'Quedaron {amount} ({share}).',
  'say.highest': 'Máximo: {high} ({high_amount}). Mínimo: {low} ({low_amount}).',
  'say.kept': 'Queda el {share} de los ingresos.',
  'say.nothing': 'Nada en este tiempo.',
  'say.overspent': 'Se gastaron {amount} más de lo que entró.',
  'say.so_far': {
    one: '{done} de {count} día hasta ahora.',
    many: '{done} de {count} días hasta ahora.',
    other: '{done} de {count} días hasta ahora.'
  },
  'say.transfers': '{amount} movidos entre tus cuentas.',

  'stats.against': 'Comparar con',
  'stats.before': 'Período anterior',
  'stats.choose_category': 'Categoría',
  'stats.compared_title': 'Comparación',
  'stats.net_worth': 'Evolución del patrimonio',
  'stats.show_for': 'Movimientos de {name}',
  'stats.year_ago': 'Hace un año',

  'table.to': 'Hasta'
};
