import { useParams } from '@tanstack/react-router';
import { EntryScreen } from './entry-screen.js';

export { LogScreen } from './log-screen.js';

/** `/evidence/$id` */
export function EntryRoute() {
  const { id } = useParams({ from: '/evidence/$id' });
  return <EntryScreen key={id} id={id} />;
}
