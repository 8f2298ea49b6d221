import { mount } from 'svelte'
import App from './App.svelte'
import './app.css'
import { reloadForNewerBuild } from './state/newer-build.ts'

reloadForNewerBuild()
mount(App, { target: document.getElementById('app')! })
