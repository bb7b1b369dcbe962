import '../shared/base.css';
import './dashboard.css';
import type { FromDashboard, ToDashboard } from '../../../src/extension/views/dashboard/messages';
import { element } from '../shared/element';
import * as l10n from '../shared/l10n';
import { openPage } from '../shared/page';

const state = element('p', { role: 'status' });
const stop = element('button', { onclick: () => page.send({ type: 'stop' }) }, l10n.t('Stop'));

const page = openPage<ToDashboard, FromDashboard, object>({}, ({ detail }) => {
  state.textContent = detail ?? l10n.t('Nothing is being trained.');
  stop.hidden = detail === null;
});

document.body.append(element('main', { class: 'dashboard' }, element('h1', {}, l10n.t('Training')), state, stop));
