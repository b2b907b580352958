/** The wait after wrong tries, counted down on the screen; the worker's count is the one that holds. */
import { locale, t } from '$src/messages';

const TICK_MS = 500;
const MINUTE_S = 60;

/** `30 seconds`, `5 minutes`: rounded up. */
export function inWords(seconds: number): string {
  const [value, unit] = seconds > MINUTE_S ? [Math.ceil(seconds / MINUTE_S), 'minute'] : [seconds, 'second'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}

/** `wait_ms` is what the worker told last. Seconds that are left; `said` changes seldom enough to be read out. */
export function waiting(wait_ms: () => number) {
  let seconds = $state(0);
  let said = $state('');
  $effect(() => {
    const until = performance.now() + wait_ms();
    const waits = wait_ms() > 0;
    const count = () => {
      seconds = Math.max(0, Math.ceil((until - performance.now()) / 1000));
      if (waits) said = seconds === 0 ? t('lock.ready') : t('lock.wait', { time: inWords(seconds > MINUTE_S ? seconds : Math.ceil(seconds / 30) * 30) });
      if (seconds === 0) clearInterval(timer);
    };
    const timer = setInterval(count, TICK_MS);
    count();
    return () => clearInterval(timer);
  });
  return {
    get seconds() {
      return seconds;
    },
    get said() {
      return said;
    }
  };
}
