import { useTranslation } from "react-i18next";
import classes from "./Pulse.module.css";

const HEIGHT = 28;

/** Events of the last sixty minutes, a bar a minute, the present at the end of the line. */
export function Pulse({ minutes }: { minutes: number[] }) {
  const { t } = useTranslation("home");
  const most = Math.max(1, ...minutes);
  return (
    <div className={classes.pulse} role="img" aria-label={t("numbers.pulse", { most })}>
      {minutes.map((count, at) => (
        <span key={`${at - minutes.length}`} style={{ blockSize: Math.max(1, (count / most) * HEIGHT) }} />
      ))}
    </div>
  );
}
