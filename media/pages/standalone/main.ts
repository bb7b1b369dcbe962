import '../shared/base.css';
import '../inspector/inspector.css';
import './standalone.css';
import type { EmbeddedInspection } from '../../../src/model/inspection/embedded';
import { Inspector } from '../inspector/inspector';
import { byId } from '../shared/element';
import { embeddedPage } from './embeddedPage';

const inspection = JSON.parse(byId('inspection').textContent) as EmbeddedInspection;
const { page, start } = embeddedPage(inspection, (message) => inspector.receive(message));
const inspector = new Inspector(page);
start();
// The theme of the system may change while the page is open.
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  document.body.classList.toggle('recoloured');
});
